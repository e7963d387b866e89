"""The models of tables as models of the task."""

from __future__ import annotations

from pipelines.tabular.models.blend import Blend
from pipelines.tabular.models.boosting import Boosting as BoostingModel
from pipelines.tabular.models.constant import BaseRate as BaseRateModel
from pipelines.tabular.models.deep_network import DeepNetwork
from pipelines.tabular.models.linear import Linear as LinearModel
from pipelines.tabular.models.network import ArticleNetwork
from pipelines.tabular.models.scorecard import Scorecard as ScorecardModel
from pipelines.tabular.pipeline import ROWS_KEPT, TabularPipeline


class BaseRate(TabularPipeline):
    """The same for everybody."""

    method = BaseRateModel


class LinearRisk(TabularPipeline):
    """Logistic or linear regression."""

    method = LinearModel


class Scorecard(TabularPipeline):
    """Points for bins."""

    method = ScorecardModel


class Boosting(TabularPipeline):
    """Gradient boosting."""

    method = BoostingModel


class ArticlesNetwork(TabularPipeline):
    """The network of two hidden layers."""

    carries = ROWS_KEPT
    method = ArticleNetwork


class TabularNetwork(TabularPipeline):
    """A residual network on embedded cells."""

    carries = ROWS_KEPT
    method = DeepNetwork


class Blended(TabularPipeline):
    """Several models together."""

    carries = ROWS_KEPT
    method = Blend

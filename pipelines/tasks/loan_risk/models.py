"""The models of tables as models of the task."""

from __future__ import annotations

from pipelines.tabular.models.base import TabularModel
from pipelines.tabular.models.boosting import Boosting as BoostingModel
from pipelines.tabular.models.constant import BaseRate as BaseRateModel
from pipelines.tabular.models.linear import Linear as LinearModel
from pipelines.tabular.models.scorecard import Scorecard as ScorecardModel
from pipelines.tabular.pipeline import TabularPipeline


class BaseRate(TabularPipeline):
    """The same for everybody."""

    method: type[TabularModel] = BaseRateModel


class LinearRisk(TabularPipeline):
    """Logistic or linear regression."""

    method: type[TabularModel] = LinearModel


class Scorecard(TabularPipeline):
    """Points for bins."""

    method: type[TabularModel] = ScorecardModel


class Boosting(TabularPipeline):
    """Gradient boosting."""

    method: type[TabularModel] = BoostingModel

"""How good predictions are, how sure that is, and what it does not prove.

Import the module that holds what you need: nothing is imported here, so that naming a metric costs
nothing.
"""

"""Pure rules of the evaluation: panels, estimators, power, the verdict.

numpy, pandas and the estimators' library are imported inside functions: only workers and commands
need them, and the processes that serve pages stay as small as they are.
"""

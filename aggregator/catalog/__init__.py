"""YAML definitions to a `Catalog`, with file and line for every fault, and the linter."""

from aggregator.catalog.load import load_catalog
from aggregator.catalog.source import CatalogError, Fault

__all__ = ["CatalogError", "Fault", "load_catalog"]

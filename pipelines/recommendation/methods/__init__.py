"""The methods of recommendation, one module each."""

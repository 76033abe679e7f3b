"""Evidence first, sentences second: statements with their sources, checked, then numbered. Front door: `compose`."""

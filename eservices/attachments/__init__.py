"""Files that people send: looked at by content, encrypted with the case's key, durable before the row names them."""

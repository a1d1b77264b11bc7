"""WeChat official account: the protocol alone. What is done with it says the app that uses it; off unless it is configured."""

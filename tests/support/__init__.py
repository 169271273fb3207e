"""The test run's own machinery: services, databases, servers, browser."""

"""What a service's routes take and answer, declared once, and the OpenAPI 3.1 document of it.

Each service declares its operations in `<service>/openapi/`, a module for each module of routes;
a test holds these declarations to the table of routes.
"""

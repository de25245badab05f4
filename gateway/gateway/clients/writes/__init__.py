"""All calls that change something in a service. An import contract allows only the actions to make them."""

"""The endpoints of the accounts-receivable interface, one module a resource."""

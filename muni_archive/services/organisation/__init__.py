"""The municipality's own order is changed: by an administrator, each change an entry in the journal."""

"""Dynamic providers: what Pulumi's published providers cannot do, as resources of this program.

One module a remote, one Args / Provider / Resource triple a kind of resource, all on `base.RemoteProvider`. The
remote itself is spoken to by `components.clients`; nothing here knows of settings.

**The paths of these modules and the names of the provider classes are state.** The engine stores each provider
by reference (module and class name) and loads that reference for refresh and destroy. Moving or renaming one
strands every resource made with it; leave the old name importable as an alias and note it in the CHANGELOG.
"""

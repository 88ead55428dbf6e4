"""The client for asyncio. The synchronous one, `griffin._sync`, is generated from it."""

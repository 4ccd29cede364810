"""Evidence: the record, the picture of it, the vault in which it rests, and pictures people send made safe to look at.

`record` messages as canonical bytes · `transcript` what a picture shows · `picture` draws it (typst → PNG) ·
`fonts` what can be drawn · `images` hostile images, decoded elsewhere · `vault` sealing at rest · `keys` its key file.
"""

"""A language model, asked on request alone: it words drafts and summaries, which a person reads before anything is done."""

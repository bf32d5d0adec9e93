//! Real programs that show the agent; each is a binary of its own.
#![forbid(unsafe_code)]

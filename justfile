# Shortcuts; each is one line that works without `just`.

# The example: a pool of workers that makes thumbnails, with the agent listening.
demo *args:
    cargo demo {{args}}

# Everything that CI runs; or the jobs that are named: `just ci format lints`.
ci *jobs:
    ./ci/test.sh {{jobs}}

# The rules of the project: layers, sizes, names, what the documents promise.
tidy:
    cargo test --package taskscope-tests --test tidy

# The models of the lock-free parts.
models:
    ./ci/test.sh models

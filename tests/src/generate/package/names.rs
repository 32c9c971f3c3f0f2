//! Names of generated schemas and attributes.

use crate::generate::rng::Rng;

const WORDS: &[&str] = &[
    "access",
    "address",
    "agent",
    "alert",
    "audit",
    "backup",
    "balance",
    "batch",
    "binding",
    "bucket",
    "budget",
    "cache",
    "certificate",
    "channel",
    "claim",
    "client",
    "cluster",
    "config",
    "container",
    "control",
    "cpu",
    "daemon",
    "data",
    "delivery",
    "device",
    "disk",
    "domain",
    "endpoint",
    "event",
    "export",
    "failover",
    "field",
    "gateway",
    "group",
    "handler",
    "health",
    "host",
    "identity",
    "image",
    "index",
    "ingress",
    "instance",
    "job",
    "key",
    "label",
    "lease",
    "limit",
    "listener",
    "log",
    "memory",
    "metric",
    "mirror",
    "model",
    "mount",
    "network",
    "node",
    "object",
    "owner",
    "pipeline",
    "plan",
    "policy",
    "pool",
    "port",
    "probe",
    "profile",
    "proxy",
    "queue",
    "quota",
    "region",
    "registry",
    "release",
    "replica",
    "request",
    "resource",
    "retention",
    "role",
    "route",
    "runtime",
    "scale",
    "schedule",
    "scope",
    "secret",
    "selector",
    "service",
    "session",
    "shard",
    "snapshot",
    "source",
    "stage",
    "status",
    "storage",
    "stream",
    "subnet",
    "target",
    "task",
    "template",
    "tenant",
    "token",
    "topic",
    "trigger",
    "user",
    "version",
    "volume",
    "webhook",
    "window",
    "worker",
    "zone",
];

/// Words that cannot be names without `$`.
const KEYWORDS: &[&str] = &[
    "import", "schema", "mixin", "protocol", "rule", "check", "for", "assert", "if", "else",
    "type", "lambda", "all", "any", "filter", "map", "in", "is", "not", "as",
];

/// A word.
pub(super) fn word(rng: &mut Rng) -> &'static str {
    WORDS[rng.below(WORDS.len())]
}

/// The same word with a capital letter.
pub(super) fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_uppercase() + rest
}

/// `OneTwo`
pub(super) fn schema(rng: &mut Rng) -> String {
    capital(word(rng)) + &capital(word(rng))
}

/// The name of an attribute, without quotes or `$`: two words, three if need be, rarely a keyword, rarely `x-one-two`.
/// Nothing that is `taken`.
pub(super) fn attribute(rng: &mut Rng, taken: &dyn Fn(&str) -> bool) -> String {
    loop {
        let name = match rng.below(40) {
            0 => (*rng.pick(KEYWORDS)).to_owned(),
            1 => format!("x-{}-{}", word(rng), word(rng)),
            2..=30 => format!("{}{}", word(rng), capital(word(rng))),
            _ => format!("{}{}{}", word(rng), capital(word(rng)), capital(word(rng))),
        };
        if !taken(&name) {
            return name;
        }
    }
}

/// How a name is written where it is declared or configured.
pub(super) fn written(name: &str) -> String {
    if name.contains('-') {
        format!("\"{name}\"")
    } else if KEYWORDS.contains(&name) {
        format!("${name}")
    } else {
        name.to_owned()
    }
}

/// Whether a name can be read as it is.
pub(super) fn is_plain(name: &str) -> bool {
    !name.contains('-') && !KEYWORDS.contains(&name)
}

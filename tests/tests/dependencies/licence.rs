//! Licence expressions (SPDX), and whether a list of licences satisfies one.

/// Whether `allowed` holds what the expression asks for. An expression that cannot be read is not satisfied.
pub(crate) fn satisfied(expression: &str, allowed: &[String]) -> bool {
    // Before SPDX, a slash meant a choice.
    let text = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut reader = Reader { words: &words, allowed };
    reader.any() == Some(true) && reader.words.is_empty()
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Reader<'_> {
    /// `a OR b OR ..`
    fn any(&mut self) -> Option<bool> {
        let mut result = self.all()?;
        while self.take("OR") {
            result |= self.all()?;
        }
        Some(result)
    }

    /// `a AND b AND ..`, which binds tighter.
    fn all(&mut self) -> Option<bool> {
        let mut result = self.one()?;
        while self.take("AND") {
            result &= self.one()?;
        }
        Some(result)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let result = self.any()?;
            return self.take(")").then_some(result);
        }
        let (name, rest) = self.words.split_first()?;
        if ["AND", "OR", "WITH", ")"].contains(name) {
            return None;
        }
        self.words = rest;
        let mut licence = (*name).to_owned();
        if self.take("WITH") {
            let (exception, rest) = self.words.split_first()?;
            self.words = rest;
            licence = format!("{licence} WITH {exception}");
        }
        Some(self.allowed.contains(&licence))
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.words = &self.words[1..];
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expression: &str) -> bool {
        satisfied(expression, &["MIT".to_owned(), "Zlib".to_owned()])
    }

    #[test]
    fn one_of_a_choice_is_enough() {
        assert!(check("MIT"));
        assert!(check("GPL-3.0-only OR MIT"));
        assert!(check("MIT/GPL-3.0-only"));
        assert!(!check("GPL-3.0-only OR Apache-2.0"));
    }

    #[test]
    fn each_of_a_sum_is_needed() {
        assert!(check("MIT AND Zlib"));
        assert!(!check("MIT AND GPL-3.0-only"));
        assert!(check("GPL-3.0-only AND GPL-2.0-only OR MIT"));
        assert!(!check("(MIT OR GPL-2.0-only) AND GPL-3.0-only"));
        assert!(check("(MIT OR GPL-2.0-only) AND Zlib"));
    }

    #[test]
    fn an_exception_makes_another_licence() {
        assert!(!check("MIT WITH LLVM-exception"));
        assert!(check("Apache-2.0 WITH LLVM-exception OR MIT"));
    }

    #[test]
    fn what_cannot_be_read_is_not_satisfied() {
        for expression in ["", "MIT OR", "(MIT", "MIT Zlib", "AND MIT", "MIT)", "MIT WITH"] {
            assert!(!check(expression), "{expression}");
        }
    }
}

//! How much memory a process uses, and whether it grows.

/// The memory of a process in MB; of this one if it is not said. Nothing where that cannot be known.
#[must_use]
pub(super) fn resident(process: Option<u32>) -> Option<f64> {
    let process = process.map_or_else(|| "self".to_owned(), |id| id.to_string());
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// So much growth is no growth: an allocator keeps what it had once.
const SLACK: f64 = 1.15;

/// Whether memory grows steadily: in each later quarter of the time it is clearly more than in the one before.
#[must_use]
pub(super) fn grows(samples: &[f64]) -> bool {
    if samples.len() < 16 {
        return false;
    }
    let quarters: Vec<f64> = samples.chunks(samples.len() / 4).map(median).collect();
    quarters[1] > quarters[0] * SLACK
        && quarters[2] > quarters[1] * SLACK
        && quarters[3] > quarters[2] * SLACK
}

fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{grows, resident};

    #[test]
    fn growth_is_told_from_noise() {
        let steady: Vec<f64> = (0..40).map(|i| 100.0 + f64::from(i % 7)).collect();
        assert!(!grows(&steady));
        let once: Vec<f64> = (0..40).map(|i| if i < 8 { 50.0 } else { 120.0 }).collect();
        assert!(!grows(&once));
        let always: Vec<f64> = (0..40).map(|i| 50.0 + 10.0 * f64::from(i)).collect();
        assert!(grows(&always));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_uses_memory() {
        assert!(resident(None).unwrap() > 1.0);
    }
}

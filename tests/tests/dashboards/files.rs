//! The compose file, the provisioning and the scrape configuration fit each other and the files that they name.

use std::fs;
use std::path::{Path, PathBuf};
use yaml_rust2::{Yaml, YamlLoader};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../dashboards")
}

fn yaml(name: &str) -> Yaml {
    let text = fs::read_to_string(folder().join(name)).expect(name);
    let mut documents = YamlLoader::load_from_str(&text).expect("YAML");
    assert_eq!(documents.len(), 1, "{name}");
    documents.remove(0)
}

/// Folders of this machine by the folder of the container that they become.
fn mounts(compose: &Yaml, service: &str) -> Vec<(PathBuf, PathBuf)> {
    let volumes = compose["services"][service]["volumes"].as_vec().expect("volumes");
    let of = |volume: &Yaml| {
        let mut parts = volume.as_str().expect("a volume").split(':');
        let (here, there) = (parts.next().expect("a source"), parts.next().expect("a target"));
        (PathBuf::from(there), folder().join(here))
    };
    volumes.iter().map(of).collect()
}

/// What a path of the container is on this machine.
fn here(mounts: &[(PathBuf, PathBuf)], there: &str) -> PathBuf {
    let found = mounts.iter().find_map(|(target, source)| {
        let rest = Path::new(there).strip_prefix(target).ok()?;
        Some(if rest.as_os_str().is_empty() { source.clone() } else { source.join(rest) })
    });
    found.unwrap_or_else(|| panic!("{there} is not mounted"))
}

#[test]
fn what_is_mounted_exists_and_only_one_address_is_open() {
    let compose = yaml("compose.yaml");
    let services = compose["services"].as_hash().expect("services");
    for (name, service) in services {
        let name = name.as_str().expect("a name");
        let image = service["image"].as_str().expect("an image");
        let tag = image.split_once(':').map(|(_, tag)| tag);
        assert!(tag.is_some_and(|tag| tag != "latest"), "{name}: {image} has no version");
        for (target, source) in mounts(&compose, name) {
            let named = compose["volumes"].as_hash().is_some_and(|volumes| {
                volumes.keys().any(|k| k.as_str() == source.file_name().and_then(|n| n.to_str()))
            });
            assert!(named || source.exists(), "{name}: nothing to mount at {}", target.display());
        }
    }
    let listen = compose["services"]["prometheus"]["command"].as_vec().expect("a command");
    assert!(listen.iter().any(|arg| arg.as_str() == Some("--web.listen-address=127.0.0.1:9090")));
    assert_eq!(
        compose["services"]["grafana"]["environment"]["GF_SERVER_HTTP_ADDR"].as_str(),
        Some("127.0.0.1")
    );
}

#[test]
fn prometheus_finds_its_rules_and_the_program() {
    let compose = yaml("compose.yaml");
    let mounts = mounts(&compose, "prometheus");
    let config = compose["services"]["prometheus"]["command"].as_vec().expect("a command").iter();
    let config =
        config.filter_map(|arg| arg.as_str()?.strip_prefix("--config.file=")).next().expect("a config");
    assert!(here(&mounts, config).is_file(), "{config}");

    let prometheus = yaml("prometheus/prometheus.yml");
    let pattern = Path::new(config)
        .parent()
        .expect("a folder")
        .join(prometheus["rule_files"][0].as_str().expect("rules"));
    assert_eq!(pattern.file_name().and_then(|n| n.to_str()), Some("*.yml"));
    let rules = here(&mounts, pattern.parent().and_then(Path::to_str).expect("a folder"));
    let mut found: Vec<String> = fs::read_dir(rules)
        .expect("rules")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    found.sort();
    let exposed: Vec<&str> = taskscope_dashboards::RULES.iter().map(|f| f.name).collect();
    assert_eq!(found, exposed, "the crate exposes every rule file");
    let target = &prometheus["scrape_configs"][0]["static_configs"][0]["targets"][0];
    assert_eq!(target.as_str(), Some("127.0.0.1:6060"), "the agent's own default");
}

#[test]
fn grafana_finds_its_data_source_and_every_dashboard() {
    let compose = yaml("compose.yaml");
    let mounts = mounts(&compose, "grafana");
    for file in ["datasources/prometheus.yaml", "dashboards/taskscope.yaml"] {
        let path = here(&mounts, &format!("/etc/grafana/provisioning/{file}"));
        assert!(path.is_file(), "{}", path.display());
    }
    let source = &yaml("provisioning/datasources/prometheus.yaml")["datasources"][0];
    assert_eq!(source["url"].as_str(), Some("http://127.0.0.1:9090"));
    assert_eq!((source["uid"].as_str(), source["isDefault"].as_bool()), (Some("prometheus"), Some(true)));
    let interval = yaml("prometheus/prometheus.yml")["global"]["scrape_interval"].clone();
    assert_eq!(source["jsonData"]["timeInterval"], interval, "rates over $__rate_interval depend on it");

    let provider = &yaml("provisioning/dashboards/taskscope.yaml")["providers"][0];
    let dashboards = here(&mounts, provider["options"]["path"].as_str().expect("a path"));
    let found: Vec<String> = fs::read_dir(dashboards)
        .expect("dashboards")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let exposed: Vec<&str> = taskscope_dashboards::DASHBOARDS.iter().map(|f| f.name).collect();
    assert_eq!(found, exposed, "the crate exposes every dashboard");
}

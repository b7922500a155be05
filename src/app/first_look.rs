//! What the page's first worker can do: enough for most readers, and a third of the weight.

use crate::app::settings::Settings;
use crate::sim::runtime::RuntimeId;
use crate::sim::scenario::{ConnectPhase, Io, Transport, Warm};

impl Settings {
    /// Whether a worker without the feature `deep` can simulate this.
    #[must_use]
    pub fn is_first_look(&self) -> bool {
        let scenario = &self.scenario;
        self.runtimes.iter().all(|runtime| matches!(runtime, RuntimeId::Node | RuntimeId::Go))
            && matches!(scenario.io, Io::Network | Io::Timer)
            && scenario.connect == ConnectPhase::Before
            && scenario.n_broadcast == 0
            && scenario.transport == Transport::Http
            && scenario.warm == Warm::Warm
    }
}

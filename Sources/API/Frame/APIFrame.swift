import ContainerEngine
import HTTPTypes
import Service
import Units

/// What all requests of a server share.
struct APIFrame: Sendable {
    let ledger: ServedLedger
    let settings: APISettings
    let connections: ConnectionTable
    let observer: RequestObserver
    let rates: TokenRates
    /// Asks the programs in containers.
    let ports = PortClient()
    let recentAnswers = RecentAnswers()
    /// Bytes of bodies that are held in memory at once.
    let bodies: Slots

    init(
        ledger: ServedLedger, settings: APISettings, observer: RequestObserver = RequestObserver()
    ) {
        self.ledger = ledger
        self.settings = settings
        connections = ConnectionTable(settings.connections)
        self.observer = observer
        rates = TokenRates(perSecond: settings.requestsPerSecond)
        bodies = Slots(settings.heldBodyBytes)
    }

    /// 32 hexadecimal digits.
    func makeSerial() -> String {
        String(decoding: ledger.environment.makeID().utf8.filter { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }

    /// Whose key the headers hold; `nil` where none is asked for. Counts the request for the key's rate.
    /// Errors, in order: `unauthorized`, `too_many_requests`, `forbidden`.
    func credential(for access: Route.Access, _ headers: HTTPFields) throws -> Credential? {
        if case .open = access { return nil }
        let now = ledger.environment.now()
        let key = try Authentication.credential(headers, keys: ledger.keys, at: now)
        try admit(key, for: access, at: now)
        return key
    }

    /// Lets a key that holds in. Counts the request for the key's rate.
    /// Errors, in order: `too_many_requests`, `forbidden`.
    func admit(_ key: Credential, for access: Route.Access, at now: Instant) throws {
        try rates.take(key.token, at: now)
        if case .roles(let roles) = access, !roles.contains(key.role) {
            throw ServiceError(
                .forbidden,
                "a key of role \(key.role.rawValue) can't do this; use one of role "
                    + roles.map(\.rawValue).sorted().joined(separator: " or "))
        }
        // Keys of other roles are the operator's own.
        if case .roles = access, key.role == .user,
            !ledger.terms.holds(settings.termsVersion, for: key.account)
        {
            throw ServiceError(.forbidden, "Agreement to terms of service is required")
        }
    }

    /// What the ledger holds now, and the second of the clock.
    func moment(_ now: Instant) -> RecentAnswers.Moment {
        .init(version: ledger.writer.version.value, second: now.nanoseconds / 1_000_000_000)
    }
}

import Billing
import Store
import UsageLedger
import Units

/// The use cases of one ledger: what commands and the API ask for. Gathers, calls the store or the core, tells. Used by
/// one task at a time.
public final class LedgerService {
    public let store: LedgerStore
    public let environment: ServiceEnvironment
    /// For secrets of feeds.
    let secrets: SecretCipher

    public init(store: LedgerStore, environment: ServiceEnvironment = .live, secrets: SecretCipher? = nil) {
        self.store = store
        self.environment = environment
        self.secrets = secrets ?? SecretCipher(keyFile: nil)
    }

    /// Opens a database. Errors: those of `LedgerStore`.
    /// - Parameter secretKeyFile: the file with the key for secrets; `nil`: beside the database.
    public convenience init(
        path: String, mode: LedgerStore.Mode, environment: ServiceEnvironment = .live, secretKeyFile: String? = nil
    ) throws {
        self.init(
            store: try LedgerStore(path: path, mode: mode), environment: environment,
            secrets: SecretCipher(keyFile: secretKeyFile ?? SecretCipher.defaultKeyFile(ofDatabase: path)))
    }

    /// The person or program behind a change, now.
    public func actor(_ author: Author) -> Actor {
        Actor(
            who: author.who, reason: author.reason, now: environment.now(), makeID: environment.makeID,
            makeSalt: environment.makeSalt)
    }
}

/// Who changes something, and why.
public struct Author: Sendable {
    public let who: String
    public let reason: String?

    public init(who: String, reason: String? = nil) {
        self.who = who
        self.reason = reason
    }
}

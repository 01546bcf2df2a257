import Store
import Synchronization
import Units

/// Which terms of service each account has agreed to, in memory: every request asks.
public final class TermsRing: Sendable {
    private let agreements: Mutex<[AccountID: TermsAgreement]>

    init(_ agreements: [AccountID: TermsAgreement]) { self.agreements = Mutex(agreements) }

    public func agreement(of account: AccountID) -> TermsAgreement? { agreements.withLock { $0[account] } }

    /// Whether the account has agreed to this version; `nil` asks for none.
    public func holds(_ version: String?, for account: AccountID) -> Bool {
        version == nil || agreement(of: account)?.version == version
    }

    func put(_ agreement: TermsAgreement, of account: AccountID) { agreements.withLock { $0[account] = agreement } }
}

extension ServedLedger {
    /// Records that a key's account agrees to a version of the terms; when this returns, it holds. Again, nothing
    /// changes.
    public func agree(to version: String, by credential: Credential) async throws {
        try await writer.perform { service in
            try service.store.agree(
                to: version, account: credential.account, user: credential.user,
                by: service.actor(Author(who: credential.user.text)))
        }
        let recorded = try await readers.read { try $0.store.agreements()[credential.account] }
        if let recorded { terms.put(recorded, of: credential.account) }
    }
}

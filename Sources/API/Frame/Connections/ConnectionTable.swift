import NIOCore
import Synchronization

/// How many connections there are, in all and of each address.
final class ConnectionTable: Sendable {
    private struct State {
        var total = 0
        var ofAddress: [[UInt8]: Int] = [:]
        var closedByUs: [String: Int] = [:]
    }

    /// A connection that was let in, to be given back at its end.
    struct Place: Sendable {
        fileprivate let address: [UInt8]?
    }

    private let limits: ConnectionLimits
    private let state = Mutex(State())

    init(_ limits: ConnectionLimits) { self.limits = limits }

    var total: Int { state.withLock { $0.total } }

    /// Connections that we have closed, by reason.
    var closedByUs: [String: Int] { state.withLock { $0.closedByUs } }

    func noteClosing(_ reason: String) { state.withLock { $0.closedByUs[reason, default: 0] += 1 } }

    /// `nil` when there are too many.
    func enter(_ remote: SocketAddress?) -> Place? {
        let address = remote.flatMap { key($0) }
        return state.withLock { state in
            guard state.total < limits.total else { return nil }
            if let address {
                guard state.ofAddress[address, default: 0] < limits.perAddress else { return nil }
                state.ofAddress[address, default: 0] += 1
            }
            state.total += 1
            return Place(address: address)
        }
    }

    func leave(_ place: Place) {
        state.withLock { state in
            state.total -= 1
            guard let address = place.address, let count = state.ofAddress[address] else { return }
            state.ofAddress[address] = count > 1 ? count - 1 : nil
        }
    }

    /// What counts as one address; `nil` for what isn't counted.
    private func key(_ remote: SocketAddress) -> [UInt8]? {
        switch remote {
        case .v4(let address):
            let bytes = withUnsafeBytes(of: address.address.sin_addr) { Array($0) }
            return bytes[0] == 127 && !limits.countsLoopback ? nil : bytes
        case .v6(let address):
            let bytes = withUnsafeBytes(of: address.address.sin6_addr) { Array($0) }
            // An IPv4 address inside of IPv6.
            if bytes[..<10].allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
                return bytes[12] == 127 && !limits.countsLoopback ? nil : Array(bytes[12...])
            }
            if bytes[..<15].allSatisfy({ $0 == 0 }), bytes[15] == 1 { return limits.countsLoopback ? bytes : nil }
            return Array(bytes[..<8])
        case .unixDomainSocket: return nil
        }
    }
}

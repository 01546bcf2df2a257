import NIOCore
import Service

#if canImport(Glibc)
    import Glibc
#endif

/// Where a server takes connections, and what an operator has to know when it can't.
public enum ListeningAddress {
    /// What is wrong with a host before any port is taken: `nil` when this machine can listen there.
    public static func fault(host: String) -> String? {
        let address: SocketAddress
        do {
            address = try SocketAddress.makeAddressResolvingHost(host, port: 0)
        } catch {
            return unknown(host)
        }
        let descriptor = socket(Int32(address.protocol.rawValue), Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return words(errno, host: host) }
        defer { close(descriptor) }
        let isBound = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) } == 0
        return isBound ? nil : words(errno, host: host)
    }

    /// An error of taking a port as `address_in_use` or `invalid_configuration`; others as they are.
    static func fault(_ error: any Error, host: String, port: Int) -> any Error {
        switch error {
        case let error as IOError where error.errnoCode == EADDRINUSE:
            return ServiceError(
                .addressInUse,
                "port \(port) of \(host) is in use; choose another (server.port), or end the program that has it")
        case let error as IOError where error.errnoCode == EACCES || error.errnoCode == EPERM:
            return ServiceError(
                .invalidConfiguration,
                "port \(port) of \(host) is not for this user; choose one from 1024 on (server.port), or let a proxy "
                    + "have it")
        case let error as IOError where error.errnoCode == EADDRNOTAVAIL:
            return ServiceError(.invalidConfiguration, "server.host: " + words(error.errnoCode, host: host))
        case is SocketAddressError, is SocketAddressError.UnknownHost:
            return ServiceError(.invalidConfiguration, "server.host: " + unknown(host))
        default: return error
        }
    }

    private static func unknown(_ host: String) -> String {
        "'\(host.prefix(80))' is no address and no name that is known here"
    }

    private static func words(_ code: Int32, host: String) -> String {
        code == EADDRNOTAVAIL
            ? "'\(host.prefix(80))' is no address of this machine; 0.0.0.0 or :: stands for all of them"
            : "'\(host.prefix(80))' can't be listened on: \(String(cString: strerror(code)))"
    }
}

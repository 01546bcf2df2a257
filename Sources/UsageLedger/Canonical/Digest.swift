import Crypto

/// SHA-256 (FIPS 180-4), the only hash of the log.
public enum Digest {
    static let byteCount = 32

    /// 32 bytes.
    static func sha256(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        var function = SHA256()
        function.update(bufferPointer: bytes)
        let digest = function.finalize()
        return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            digest.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
            count = byteCount
        }
    }

    /// 32 bytes.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] { bytes.withUnsafeBytes { sha256($0) } }

    /// 32 bytes of SHA-256(prefix ‖ bytes), without a copy of the bytes.
    static func leaf(_ prefix: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        sha256(prefix, UnsafeRawBufferPointer(bytes)) { digest in
            [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: digest)
                count = byteCount
            }
        }
    }

    /// Lends the 32 bytes of SHA-256(prefix ‖ bytes).
    static func sha256<Result>(
        _ prefix: UInt8, _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        var function = SHA256()
        withUnsafeBytes(of: prefix) { function.update(bufferPointer: $0) }
        function.update(bufferPointer: bytes)
        return function.finalize().withUnsafeBytes(body)
    }

    /// The 64 lowercase hexadecimal digits of SHA-256(salt ‖ text).
    static func salted(_ text: UnsafeBufferPointer<UInt8>, salt: Salt) -> [UInt8] {
        var function = SHA256()
        salt.withUnsafeBytes { function.update(bufferPointer: $0) }
        function.update(bufferPointer: UnsafeRawBufferPointer(text))
        return function.finalize().withUnsafeBytes { digest in
            [UInt8](unsafeUninitializedCapacity: 2 * byteCount) { buffer, count in
                var digits = ByteWriter(start: buffer.baseAddress!, capacity: 2 * byteCount)
                for byte in digest { digits.append(hexadecimal: byte) }
                count = digits.count
            }
        }
    }
}

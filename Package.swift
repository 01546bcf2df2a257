// swift-tools-version: 6.2
import PackageDescription

// The import table of docs/architecture.md, enforced by `--explicit-target-dependency-import-check error`.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
// Swift 6.3's optimiser may merge calls that throw in two branches of an asynchronous function, then crash on it
// (signal 11 in the pass that splits coroutines); routes are what meets it.
let withoutMergedCalls: [SwiftSetting] = [
    .unsafeFlags(["-Xllvm", "-sink-common-insts=false"], .when(configuration: .release))
]
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: [Target.Dependency] = [
    .product(name: "GRDB", package: "GRDB.swift"),
    .product(name: "GRDBSQLite", package: "GRDB.swift"),
]

let package = Package(
    name: "kanjo",
    products: [
        .executable(name: "kanjo", targets: ["kanjo"]),
        .library(name: "KanjoStore", targets: ["Units", "UsageLedger", "Billing", "Feeds", "Store", "Service"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // The pure core.
        .target(name: "Units", swiftSettings: strict),
        .target(name: "UsageLedger", dependencies: ["Units", crypto], swiftSettings: strict),
        .target(name: "Scheduling", dependencies: ["Units", "UsageLedger"], swiftSettings: strict),
        .target(name: "Billing", dependencies: ["Units", "UsageLedger"], swiftSettings: strict),
        .target(
            name: "Documents",
            dependencies: ["Units", "UsageLedger", "Billing", .product(name: "Mustache", package: "swift-mustache")],
            swiftSettings: strict),
        // Files embedded in the binary.
        .target(name: "Schema", path: "schema", swiftSettings: strict, plugins: ["EmbedFiles"]),
        .target(
            name: "Reports", path: "reports", exclude: ["README.md"], swiftSettings: strict, plugins: ["EmbedFiles"]),
        .plugin(
            name: "EmbedFiles", capability: .buildTool(), dependencies: ["EmbedFilesTool"],
            path: "Sources/EmbedFiles"),
        .executableTarget(name: "EmbedFilesTool", path: "Sources/EmbedFilesTool", swiftSettings: strict),
        // The shell.
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(
            name: "CPango", path: "Sources/CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        .systemLibrary(
            name: "CCairo", path: "Sources/CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
        .target(
            name: "Print", dependencies: ["Units", "Billing", "Documents", "CPango", "CCairo"], swiftSettings: strict),
        .systemLibrary(
            name: "CXlsxWriter", path: "Sources/CXlsxWriter", pkgConfig: "xlsxwriter",
            providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(name: "CZip", path: "Sources/CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .target(name: "Archive", dependencies: ["Units", "CZip"], swiftSettings: strict),
        .target(name: "Spreadsheet", dependencies: ["Documents", "CXlsxWriter"], swiftSettings: strict),
        .target(name: "Feeds", dependencies: ["Units", "UsageLedger", "CZlib"], swiftSettings: strict),
        .systemLibrary(
            name: "CSQLiteSettings", path: "Sources/CSQLiteSettings", pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"])]),
        .target(
            name: "Store",
            dependencies: ["Units", "UsageLedger", "Scheduling", "Billing", "Schema", "CSQLiteSettings"] + grdb,
            swiftSettings: strict),
        .target(
            name: "ContainerEngine",
            dependencies: [
                "Units",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict + withoutMergedCalls),
        .target(
            name: "Service",
            dependencies: [
                "Units", "UsageLedger", "Scheduling", "Billing", "Documents", "Print", "Spreadsheet", "Feeds",
                "Reports", "Store", "Webhooks", "ContainerEngine", "Archive", crypto,
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict + withoutMergedCalls),
        .target(
            name: "API",
            dependencies: [
                "Units", "UsageLedger", "Scheduling", "Billing", "Documents", "Schema", "Reports", "Store", "Service",
                "Webhooks", "ContainerEngine",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                crypto,
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict + withoutMergedCalls),
        .target(
            name: "Webhooks",
            dependencies: [
                crypto, .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict),
        .target(
            name: "Commands",
            dependencies: [
                "Units", "UsageLedger", "Billing", "Documents", "Feeds", "Reports", "Service", "Store", "API",
                "Webhooks",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        .executableTarget(name: "kanjo", dependencies: ["Commands"], swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: ["Units", "UsageLedger", "Billing", "Store", "ContainerEngine", "CZlib"],
            swiftSettings: strict),
        // Tests, one target per library.
        .testTarget(name: "UnitsTests", dependencies: ["Units", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "UsageLedgerTests", dependencies: ["Units", "UsageLedger", "TestSupport"], exclude: ["Vectors"],
            swiftSettings: strict),
        .testTarget(
            name: "SchedulingTests", dependencies: ["Units", "UsageLedger", "Scheduling", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "BillingTests", dependencies: ["Units", "UsageLedger", "Billing", "TestSupport"], exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "FeedsTests", dependencies: ["Units", "UsageLedger", "Feeds", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "OracleTests", dependencies: ["Units", "UsageLedger", "Billing", "Store", "Service", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulationTests", dependencies: ["Units", "UsageLedger", "Billing", "Store", "TestSupport"] + grdb,
            swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Units", "UsageLedger", "Scheduling", "Billing", "Store", "TestSupport"] + grdb,
            swiftSettings: strict),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Units", "UsageLedger", "Scheduling", "Billing", "Feeds", "Reports", "Store", "ContainerEngine",
                "Service", "Webhooks", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Units", "UsageLedger", "Billing", "Documents", "TestSupport"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "PrintTests", dependencies: ["Units", "UsageLedger", "Billing", "Documents", "Print", "TestSupport"],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Units", "UsageLedger", "Billing", "Documents", "Print", "Feeds", "Store", "Service", "Commands",
                "Archive", "Spreadsheet", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "APITests",
            dependencies: [
                "Units", "UsageLedger", "Scheduling", "Billing", "Feeds", "Schema", "Store", "Service", "API",
                "Webhooks", "ContainerEngine",
                "TestSupport", crypto,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WebhooksTests",
            dependencies: [
                "Webhooks", crypto, .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ContainerEngineTests", dependencies: ["Units", "ContainerEngine"], swiftSettings: strict),
        // Against a real engine; nothing runs unless scripts/test-engine says where one is.
        .testTarget(
            name: "EngineTests", dependencies: ["Units", "ContainerEngine", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
    ]
)

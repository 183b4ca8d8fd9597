namespace Braid.Tests;

public sealed class BlockedBarrierTests() : BarrierContract(World.OfThreads, Cast.Blocking);

public sealed class AwaitedBarrierTests() : BarrierContract(World.OfThreads, Cast.Awaiting);

public sealed class MixedBarrierTests() : BarrierContract(World.OfThreads, Cast.Mixed);

public sealed class BlockedSharedBarrierTests() : BarrierContract(World.OfProcesses, Cast.Blocking);

public sealed class AwaitedSharedBarrierTests() : BarrierContract(World.OfProcesses, Cast.Awaiting);

public sealed class MixedSharedBarrierTests() : BarrierContract(World.OfProcesses, Cast.Mixed);

namespace Braid.Tests;

public sealed class BlockedSimpleQueueTests() : SimpleQueueContract(Cast.Blocking);

public sealed class AwaitedSimpleQueueTests() : SimpleQueueContract(Cast.Awaiting);

public sealed class MixedSimpleQueueTests() : SimpleQueueContract(Cast.Mixed);

namespace Braid.Tests;

public sealed class BlockedSemaphoreTests() : SemaphoreContract(World.OfThreads.NewSemaphore, Cast.Blocking);

public sealed class AwaitedSemaphoreTests() : AwaitedSemaphoreContract(World.OfThreads.NewSemaphore);

public sealed class MixedSemaphoreTests() : SemaphoreContract(World.OfThreads.NewSemaphore, Cast.Mixed);

public sealed class UnboundedSemaphoreTests() : UnboundedSemaphoreContract(World.OfThreads);

public sealed class BlockedBoundedSemaphoreTests() : SemaphoreContract(World.OfThreads.NewBoundedSemaphore, Cast.Blocking);

public sealed class AwaitedBoundedSemaphoreTests() : SemaphoreContract(World.OfThreads.NewBoundedSemaphore, Cast.Awaiting);

public sealed class BoundedSemaphoreTests() : BoundedSemaphoreContract(World.OfThreads);

public sealed class BlockedSharedSemaphoreTests() : SemaphoreContract(World.OfProcesses.NewSemaphore, Cast.Blocking);

public sealed class AwaitedSharedSemaphoreTests() : AwaitedSemaphoreContract(World.OfProcesses.NewSemaphore);

public sealed class MixedSharedSemaphoreTests() : SemaphoreContract(World.OfProcesses.NewSemaphore, Cast.Mixed);

public sealed class SharedUnboundedSemaphoreTests() : UnboundedSemaphoreContract(World.OfProcesses);

public sealed class BlockedSharedBoundedSemaphoreTests() : SemaphoreContract(World.OfProcesses.NewBoundedSemaphore, Cast.Blocking);

public sealed class AwaitedSharedBoundedSemaphoreTests() : SemaphoreContract(World.OfProcesses.NewBoundedSemaphore, Cast.Awaiting);

public sealed class SharedBoundedSemaphoreTests() : BoundedSemaphoreContract(World.OfProcesses);

using System.Buffers;
using Braid.Checking.Engine;
using Braid.Checking.Memory;

namespace Braid.Checking.Hooks;

/// <summary>The pools of arrays of .NET's core: what a thread returns, the next thread that rents gets, within a run.</summary>
/// <remarks>
/// <para>
/// The real pools keep arrays for the life of the process, by thread and by processor, so which array a thread gets would depend on earlier
/// runs and on the machine. The real pool only says how long the array would be, and is never given an array that a run has.
/// </para>
/// <para>
/// .NET's own code uses pools correctly, and gets a new array each time. A pool that the program derives is the program's own code.
/// </para>
/// </remarks>
[Hooks(typeof(ArrayPool<>), Allowed = ["get_Shared", "Create"])]
[Hooks(typeof(MemoryPool<>), Allowed = ["get_Shared", "get_MaxBufferSize", "Dispose"])]
internal static class ArrayPoolHooks
{
    public static T[] Rent<T>(ArrayPool<T> self, int minimumLength, ControlledThread thread, int site)
    {
        if (!IsOfCore(self))
        {
            ProcessUse.AnnounceUntracked("System.Buffers.ArrayPool.Rent");
            return self.Rent(minimumLength);
        }

        T[] sample = self.Rent(minimumLength);
        int length = sample.Length;
        self.Return(sample);
        return length == 0 ? sample : Take<T>(self, length, thread, site);
    }

    public static void Return<T>(ArrayPool<T> self, T[] array, [Default] bool clearArray, ControlledThread thread, int site)
    {
        if (!IsOfCore(self) || array is not { Length: > 0 })
        {
            ProcessUse.AnnounceUntracked("System.Buffers.ArrayPool.Return");
            self.Return(array!, clearArray);
        }
        else if (thread.Execution.Resources.Find<ArrayPoolResource>(self) is { } pool && pool.Knows(array))
        {
            thread.Step(OperationKind.Update, pool, site);
            pool.Return(array, thread);
            if (clearArray)
            {
                Array.Clear(array);
            }
        }
        else if (!IsLibrary(site))
        {
            self.Return(new T[array.Length], clearArray);   // throws if the pool has no arrays of this length
        }
    }

    public static IMemoryOwner<T> Rent<T>(MemoryPool<T> self, [Default(-1)] int minBufferSize, ControlledThread thread, int site)
    {
        if (self != MemoryPool<T>.Shared)
        {
            ProcessUse.AnnounceUntracked("System.Buffers.MemoryPool.Rent");
            return self.Rent(minBufferSize);
        }

        int length;
        using (IMemoryOwner<T> sample = self.Rent(minBufferSize))
        {
            length = sample.Memory.Length;
        }

        return new RentedMemory<T>(self, length == 0 ? [] : Take<T>(self, length, thread, site));
    }

    private static T[] Take<T>(object pool, int length, ControlledThread thread, int site)
    {
        if (IsLibrary(site))
        {
            return new T[length];
        }

        ArrayPoolResource resource = thread.Execution.Resources.Get(pool, thread.Execution, static _ => new ArrayPoolResource());
        thread.Step(OperationKind.Update, resource, site);
        return resource.Rent<T>(length, thread);
    }

    private static bool IsOfCore<T>(ArrayPool<T> pool) => pool.GetType().Assembly == typeof(object).Assembly;

    private static bool IsLibrary(int site) => (Sites.Traits(site) & SiteTraits.Library) != 0;

    /// <summary>What the shared pool of memory hands out.</summary>
    private sealed class RentedMemory<T>(MemoryPool<T> pool, T[] array) : IMemoryOwner<T>
    {
        private T[]? _array = array;

        public Memory<T> Memory => _array ?? throw new ObjectDisposedException("ArrayMemoryPoolBuffer");

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _array, null) is { } array && ControlledThread.Current is { } thread
                && thread.Execution.Resources.Find<ArrayPoolResource>(pool) is { } resource && resource.Knows(array))
            {
                resource.Return(array, thread);
            }
        }
    }
}

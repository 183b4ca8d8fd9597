using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>
/// Volatile, and accesses to volatile fields, which rewritten code makes through the same methods: each is a scheduling point, a write
/// publishes, a read learns.
/// </summary>
[Hooks(typeof(Volatile))]
internal static class VolatileHooks
{
    public static T Read<T>(ref readonly T location, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        ref T place = ref Unsafe.AsRef(in location);
        if (thread is null || !TryReadStore(thread, ref place, site, out T value))
        {
            value = place;
            Interlocked.MemoryBarrier();
        }

        if (thread?.Execution.Recorder is { } recorder)
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }

        return value;
    }

    public static void Write<T>(ref T location, T value, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null)
        {
            if (StoreBuffer.TryPut(thread, ref location, value, site))
            {
                return;
            }

            thread.Stores?.Fence();
            Before(thread, ref location, site, OperationKind.Write);
        }

        Interlocked.MemoryBarrier();
        location = value;
        if (thread?.Execution.Recorder is { } recorder)
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }
    }

    public static void ReadBarrier(ControlledThread thread, int site) => InterlockedHooks.Fence(thread, site);

    public static void WriteBarrier(ControlledThread thread, int site) => InterlockedHooks.Fence(thread, site);

    /// <summary>The scheduling point before an access that orders, and what the access learns and publishes.</summary>
    internal static void Before<T>(ControlledThread thread, ref T location, int site, OperationKind kind)
    {
        if (Announce(thread, ref location, site, kind) is { } variable)
        {
            Synchronize<T>(thread, variable, site, kind);
        }
    }

    /// <summary>The scheduling point before the access. Null if no other thread can reach the variable.</summary>
    internal static Variable? Announce<T>(ControlledThread thread, ref T location, int site, OperationKind kind)
    {
        if (MemoryAccess.Locate(thread, ref Unsafe.As<T, byte>(ref location)) is not { } variable)
        {
            return null;
        }

        if (kind == OperationKind.Read && thread.NoSwitch == 0 && thread.IsSpinningOn(variable, site))
        {
            thread.Execution.OnYield(thread);
        }

        thread.Step(kind, variable, site);
        return variable;
    }

    /// <summary>What the access orders, and what it races with.</summary>
    internal static void Synchronize<T>(ControlledThread thread, Variable variable, int site, OperationKind kind)
    {
        bool writes = kind != OperationKind.Read;
        CheckForReordering(thread, variable, site, kind);
        bool isDerived = writes && (Sites.Traits(site) & (SiteTraits.DerivedWrite | SiteTraits.StoresArgument)) != 0;
        if (isDerived && variable.IsLostUpdate(thread, site))
        {
            thread.Execution.OnLostUpdate(thread, variable, site);
        }

        Access race = variable.Synchronize(thread, site, reads: kind != OperationKind.Write, writes);
        if (!race.IsNone)
        {
            var access = new Access(thread.Index, site, writes, thread.Shown(site));
            thread.Execution.OnRace(variable, race, access, MemoryAccess.IsOneReference<T>());
        }
    }

    /// <summary>The scheduling point before a read, and the thread's own store to the place, which it sees before the others do.</summary>
    /// <returns>False if memory is to be read, and then what that orders is done.</returns>
    private static bool TryReadStore<T>(ControlledThread thread, ref T place, int site, out T value)
    {
        value = default!;
        if (Announce(thread, ref place, site, OperationKind.Read) is not { } variable)
        {
            return false;
        }

        if (thread.Stores is { } stores && stores.TryRead(ref place, out value))
        {
            return true;
        }

        Synchronize<T>(thread, variable, site, OperationKind.Read);
        return false;
    }

    private static void CheckForReordering(ControlledThread thread, Variable variable, int site, OperationKind kind)
    {
        if ((Sites.Traits(site) & SiteTraits.Library) != 0)
        {
            return;
        }

        if (kind == OperationKind.Write)
        {
            thread.AddUnfenced(variable, site);
        }
        else if (kind == OperationKind.Read && thread.Unfenced.Count > 0)
        {
            thread.Execution.StoreLoads.OnRead(thread, variable, site);
        }
    }
}

using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Volatile, and accesses to volatile fields: each is a scheduling point, a write publishes, a read learns.</summary>
[Hooks(typeof(Volatile))]
internal static class VolatileHooks
{
    public static T Read<T>(ref readonly T location, int site)
    {
        ref T place = ref Unsafe.AsRef(in location);
        ControlledThread? thread = Before(ref place, site, OperationKind.Read);
        T value = place;
        Interlocked.MemoryBarrier();
        if (thread?.Execution.Recorder is { } recorder)
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }

        return value;
    }

    public static void Write<T>(ref T location, T value, int site)
    {
        ControlledThread? thread = Before(ref location, site, OperationKind.Write);
        Interlocked.MemoryBarrier();
        location = value;
        if (thread?.Execution.Recorder is { } recorder)
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }
    }

    public static void ReadBarrier(int site) => InterlockedHooks.Fence(site);

    public static void WriteBarrier(int site) => InterlockedHooks.Fence(site);

    /// <summary>The scheduling point before an access that orders, and what it learns and publishes.</summary>
    /// <returns>The thread, if it is controlled.</returns>
    internal static ControlledThread? Before<T>(ref T location, int site, OperationKind kind)
    {
        if (Announce(ref location, site, kind) is not var (thread, variable))
        {
            return ControlledThread.Current;
        }

        Synchronize<T>(thread, variable, site, kind);
        return thread;
    }

    /// <summary>The scheduling point before the access. Null where nothing is controlled, or the variable is nobody else's.</summary>
    internal static (ControlledThread Thread, Variable Variable)? Announce<T>(ref T location, int site, OperationKind kind)
    {
        if (ControlledThread.Current is not { } thread || MemoryAccess.Locate(thread, ref Unsafe.As<T, byte>(ref location)) is not { } variable)
        {
            return null;
        }

        if (kind == OperationKind.Read && thread.NoSwitch == 0 && thread.IsSpinningOn(variable, site))
        {
            thread.Execution.Yielding(thread);
        }

        thread.Step(kind, variable, site);
        return (thread, variable);
    }

    /// <summary>What the access orders, and with what it races.</summary>
    internal static void Synchronize<T>(ControlledThread thread, Variable variable, int site, OperationKind kind)
    {
        bool writes = kind != OperationKind.Read;
        LookForReordering(thread, variable, site, kind);
        if (writes && (Sites.Traits(site) & (SiteTraits.DerivedWrite | SiteTraits.StoresArgument)) != 0 && variable.IsLostUpdate(thread, site))
        {
            thread.Execution.OnLostUpdate(thread, variable, site);
        }

        Access race = variable.Synchronize(thread, site, reads: kind != OperationKind.Write, writes);
        if (!race.IsNone)
        {
            thread.Execution.OnRace(variable, race, new Access(thread.Index, site, writes, thread.Shown(site)), MemoryAccess.IsOneReference<T>());
        }
    }

    private static void LookForReordering(ControlledThread thread, Variable variable, int site, OperationKind kind)
    {
        if ((Sites.Traits(site) & SiteTraits.Library) != 0)
        {
            return;
        }

        if (kind == OperationKind.Write)
        {
            thread.WroteUnfenced(variable, site);
        }
        else if (kind == OperationKind.Read && thread.Unfenced.Count > 0)
        {
            thread.Execution.StoreLoads.OnRead(thread, variable, site);
        }
    }
}

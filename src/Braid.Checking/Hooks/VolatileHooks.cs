using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Memory;
using Braid.Checking.Reports;

namespace Braid.Checking.Hooks;

/// <summary>Volatile, and accesses to volatile fields, which rewritten code makes by the same methods: each is a scheduling point, a write publishes, a read learns.</summary>
[Hooks(typeof(Volatile))]
internal static class VolatileHooks
{
    public static T Read<T>(ref readonly T location, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        ref T place = ref Unsafe.AsRef(in location);
        if (thread is not null)
        {
            Before(thread, ref place, site, OperationKind.Read);
        }

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
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null)
        {
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

    /// <summary>The scheduling point before an access that orders, and what it learns and publishes.</summary>
    internal static void Before<T>(ControlledThread thread, ref T location, int site, OperationKind kind)
    {
        if (Announce(thread, ref location, site, kind) is { } variable)
        {
            Synchronize<T>(thread, variable, site, kind);
        }
    }

    /// <summary>The scheduling point before the access. Null where the variable is nobody else's.</summary>
    internal static Variable? Announce<T>(ControlledThread thread, ref T location, int site, OperationKind kind)
    {
        if (MemoryAccess.Locate(thread, ref Unsafe.As<T, byte>(ref location)) is not { } variable)
        {
            return null;
        }

        if (kind == OperationKind.Read && thread.NoSwitch == 0 && thread.IsSpinningOn(variable, site))
        {
            thread.Execution.Yielding(thread);
        }

        thread.Step(kind, variable, site);
        return variable;
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

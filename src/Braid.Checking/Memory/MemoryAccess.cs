using System.Runtime.CompilerServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Memory;

/// <summary>What rewritten code calls instead of reading and writing fields, statics, elements and references.</summary>
/// <remarks>
/// Here the real access is done too, plainly: one controlled thread runs at a time, and the hand-over is a fence. Where nothing is
/// controlled the access is done as the code meant it.
/// </remarks>
internal static class MemoryAccess
{
    public static T Read<T>(ref T location, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null)
        {
            bool seen = OnRead<T>(thread, ref Unsafe.As<T, byte>(ref location), site);
            T value = location;
            if (seen)
            {
                Tell(thread, value);
            }

            return value;
        }

        return location;
    }

    public static void Write<T>(ref T location, T value, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null)
        {
            OnWrite(thread, ref Unsafe.As<T, byte>(ref location), value, site);
        }

        location = value;
    }

    /// <summary>The write itself follows, by a call that .NET makes of it.</summary>
    public static void BeforeWrite<T>(ref T location, T value, int site)
    {
        if (ControlledThread.Current is { } thread)
        {
            OnWrite(thread, ref Unsafe.As<T, byte>(ref location), value, site);
        }
    }

    /// <summary>Sets a place to the default of its type.</summary>
    public static void Clear<T>(ref T location, int site) => Write(ref location, default!, site);

    public static T ReadElement<T>(T[] array, nint index, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null && array is not null && (nuint)index < (nuint)array.Length)
        {
            bool seen = OnRead<T>(thread, ref Unsafe.As<T, byte>(ref Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array), index)), site);
            T value = array[index];
            if (seen)
            {
                Tell(thread, value);
            }

            return value;
        }

        return array![index];
    }

    public static void WriteElement<T>(T[] array, nint index, T value, int site)
    {
        ControlledThread? thread = ControlledThread.Current;
        if (thread is not null && array is not null && (nuint)index < (nuint)array.Length)
        {
            OnWrite(thread, ref Unsafe.As<T, byte>(ref Unsafe.Add(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(array), index)), value, site);
        }

        array![index] = value;
    }

    /// <summary>A method of .NET, called on a struct in its place, reads it.</summary>
    public static void Look<T>(ref T location, int site)
    {
        if (ControlledThread.Current is { } thread && OnRead<T>(thread, ref Unsafe.As<T, byte>(ref location), site))
        {
            Tell(thread, location);
        }
    }

    /// <summary>A method of .NET reads the object, which has no synchronisation of its own: a list, a dictionary.</summary>
    public static void ReadObject(object? target, int site)
    {
        if (ControlledThread.Current is { } thread && target is not null)
        {
            OnRead<Unknown>(thread, ref FirstByteOf(target), site);
        }
    }

    /// <summary>As <see cref="ReadObject"/>; the method changes the object.</summary>
    public static void WriteObject(object? target, int site)
    {
        if (ControlledThread.Current is { } thread && target is not null)
        {
            OnWrite(thread, ref FirstByteOf(target), new Unknown(), site);
        }
    }

    /// <summary>The method that now writes back what it computed began at that time: what it read before it began is another story.</summary>
    public static void WritesBack(int began)
    {
        if (ControlledThread.Current is { } thread)
        {
            thread.WriterBegan = began;
        }
    }

    /// <summary>The time, for a method that will write back what it computes.</summary>
    public static int Began() => ControlledThread.Current?.Execution.Tick ?? 0;

    /// <summary>Whether a place of this type is nothing but a reference, which is read and written whole: an object, or a struct around one, as ImmutableArray is.</summary>
    /// <remarks>Asked of the type that the running code has for the place: where the code only says T, that is what T is there.</remarks>
    public static bool IsOneReference<T>() => !typeof(T).IsValueType || (RuntimeHelpers.IsReferenceOrContainsReferences<T>() && Unsafe.SizeOf<T>() == nint.Size);

    /// <summary>The location's variable, or null for what only this thread can reach: a local on its stack.</summary>
    public static unsafe Variable? Locate(ControlledThread thread, ref byte location)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref location);
        Worker worker = thread.Worker!;
        return worker.StackTop - address < worker.StackBytes ? null : thread.Execution.Variables.At(address);
    }

    /// <summary>Where the object's first field lies.</summary>
    public static unsafe nuint AddressOf(object target) => (nuint)Unsafe.AsPointer(ref FirstByteOf(target));

    /// <returns>Whether others can reach the place, so that it is looked at.</returns>
    private static bool OnRead<T>(ControlledThread thread, ref byte location, int site)
    {
        if (thread.NoSwitch > 0 || Locate(thread, ref location) is not { } variable)
        {
            return false;
        }

        AnnounceRead(thread, variable, site);
        if (Parts<T>.Others is { } others)
        {
            // All are announced before any counts as read: the whole is read in one step.
            Variable[] parts = PartsAt(thread, ref location, others);
            foreach (Variable part in parts)
            {
                AnnounceRead(thread, part, site);
            }

            foreach (Variable part in parts)
            {
                NoteRead(thread, part, site, isReference: false);
            }
        }

        NoteRead(thread, variable, site, IsOneReference<T>());
        return true;
    }

    private static void OnWrite<T>(ControlledThread thread, ref byte location, T value, int site)
    {
        if (thread.NoSwitch > 0 || Locate(thread, ref location) is not { } variable)
        {
            return;
        }

        AnnounceWrite(thread, variable, value, site);
        if (Parts<T>.Others is { } others)
        {
            Variable[] parts = PartsAt(thread, ref location, others);
            foreach (Variable part in parts)
            {
                AnnounceWrite(thread, part, value, site);
            }

            foreach (Variable part in parts)
            {
                NoteWrite(thread, part, site, isReference: false);
            }
        }

        NoteWrite(thread, variable, site, IsOneReference<T>());
    }

    private static Variable[] PartsAt(ControlledThread thread, ref byte location, int[] others)
    {
        var parts = new Variable[others.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Locate(thread, ref Unsafe.Add(ref location, others[i]))!;
        }

        return parts;
    }

    private static void AnnounceRead(ControlledThread thread, Variable variable, int site)
    {
        Execution execution = thread.Execution;
        if (execution.Points.Contains(Sites.Point(site)))
        {
            if (thread.IsSpinningOn(variable, site))
            {
                execution.Yielding(thread);
            }

            thread.Step(OperationKind.Read, variable, site);
        }
        else
        {
            thread.Did(OperationKind.Read, variable, site);
        }
    }

    internal static void NoteRead(ControlledThread thread, Variable variable, int site, bool isReference)
    {
        Access race = variable.Read(thread, site);
        if (!race.IsNone)
        {
            thread.Execution.OnRace(variable, race, new Access(thread.Index, site, Writes: false, thread.Shown(site)), isReference);
        }
    }

    private static void AnnounceWrite<T>(ControlledThread thread, Variable variable, T value, int site)
    {
        if (thread.Execution.Points.Contains(Sites.Point(site)))
        {
            thread.Step(OperationKind.Write, variable, site);
        }
        else
        {
            thread.Did(OperationKind.Write, variable, site);
        }

        Tell(thread, value);
    }

    internal static void NoteWrite(ControlledThread thread, Variable variable, int site, bool isReference)
    {
        Execution execution = thread.Execution;
        if ((Sites.Traits(site) & (SiteTraits.DerivedWrite | SiteTraits.StoresArgument)) != 0 && variable.IsLostUpdate(thread, site))
        {
            execution.OnLostUpdate(thread, variable, site);
        }

        Access race = variable.Write(thread, site);
        if (!race.IsNone)
        {
            execution.OnRace(variable, race, new Access(thread.Index, site, Writes: true, thread.Shown(site)), isReference);
        }
    }

    /// <summary>Says what was read or written, while a report is being made.</summary>
    internal static void Tell<T>(ControlledThread thread, T value)
    {
        if (thread.Execution.Recorder is { } recorder && typeof(T) != typeof(Unknown))
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }
    }

    internal static ref byte FirstByteOf(object target) => ref Unsafe.As<RawObject>(target).First;

    /// <summary>What a method of .NET has written, or how: nobody knows.</summary>
    private readonly struct Unknown;

    /// <summary>How any object looks from its first field on.</summary>
    private sealed class RawObject
    {
        public byte First;
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Braid.Checking.Engine;
using Braid.Checking.Reports;

namespace Braid.Checking.Memory;

/// <summary>Called by rewritten code instead of reading and writing fields, statics, elements and references.</summary>
/// <remarks>
/// The real access happens here too, as a plain one: one controlled thread runs at a time, and the switch between threads is a fence. On
/// threads that are not controlled, the access happens as the code meant it.
/// </remarks>
internal static class MemoryAccess
{
    public static T Read<T>(ref T location, int site)
    {
        ControlledThread? thread = ControlledThread.AtAccess();
        if (thread is not null)
        {
            bool isShared = OnRead<T>(thread, ref Unsafe.As<T, byte>(ref location), site);
            T value = location;
            if (isShared)
            {
                RecordValue(thread, value);
            }

            return value;
        }

        return location;
    }

    public static void Write<T>(ref T location, T value, int site)
    {
        ControlledThread? thread = ControlledThread.AtAccess();
        if (thread is not null)
        {
            OnWrite(thread, ref Unsafe.As<T, byte>(ref location), value, site);
        }

        location = value;
    }

    /// <summary>Reports a write before a call of .NET's makes it.</summary>
    public static void BeforeWrite<T>(ref T location, T value, int site)
    {
        if (ControlledThread.AtAccess() is { } thread)
        {
            OnWrite(thread, ref Unsafe.As<T, byte>(ref location), value, site);
        }
    }

    /// <summary>Sets a location to the default of its type.</summary>
    public static void Clear<T>(ref T location, int site) => Write(ref location, default!, site);

    public static T ReadElement<T>(T[] array, nint index, int site)
    {
        ControlledThread? thread = ControlledThread.AtAccess();
        if (thread is not null && array is not null && (nuint)index < (nuint)array.Length)
        {
            ref T element = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);
            bool isShared = OnRead<T>(thread, ref Unsafe.As<T, byte>(ref element), site);
            T value = array[index];
            if (isShared)
            {
                RecordValue(thread, value);
            }

            return value;
        }

        return array![index];
    }

    public static void WriteElement<T>(T[] array, nint index, T value, int site)
    {
        ControlledThread? thread = ControlledThread.AtAccess();
        if (thread is not null && array is not null && (nuint)index < (nuint)array.Length)
        {
            ref T element = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), index);
            OnWrite(thread, ref Unsafe.As<T, byte>(ref element), value, site);
        }

        array![index] = value;
    }

    /// <summary>A method of .NET that is called on a struct in place reads it.</summary>
    public static void ReadInPlace<T>(ref T location, int site)
    {
        if (ControlledThread.AtAccess() is { } thread && OnRead<T>(thread, ref Unsafe.As<T, byte>(ref location), site))
        {
            RecordValue(thread, location);
        }
    }

    /// <summary>A method of .NET reads the object, which has no synchronization of its own: a list, a dictionary.</summary>
    public static void ReadObject(object? target, int site)
    {
        if (ControlledThread.AtAccess() is { } thread && target is not null)
        {
            OnRead<Unknown>(thread, ref FirstByteOf(target), site);
        }
    }

    /// <summary>Like <see cref="ReadObject"/>, for a method that changes the object.</summary>
    public static void WriteObject(object? target, int site)
    {
        if (ControlledThread.AtAccess() is { } thread && target is not null)
        {
            OnWrite(thread, ref FirstByteOf(target), new Unknown(), site);
        }
    }

    /// <summary>Passes on when the method began that now writes back what it computed: reads before that time do not count.</summary>
    public static void WritesBack(int began)
    {
        if (ControlledThread.AtAccess() is { } thread)
        {
            thread.WriterBegan = began;
        }
    }

    /// <summary>The current time, for a method that will write back what it computes.</summary>
    public static int CurrentTick() => ControlledThread.Current?.Execution.Tick ?? 0;

    /// <summary>
    /// Whether a location of this type is a single reference, which is read and written whole: an object, or a struct around one, such as
    /// ImmutableArray.
    /// </summary>
    /// <remarks>
    /// The type is the one that the location has in the running code: where the code only says T, it is the type argument.
    /// </remarks>
    public static bool IsOneReference<T>() =>
        !typeof(T).IsValueType || (RuntimeHelpers.IsReferenceOrContainsReferences<T>() && Unsafe.SizeOf<T>() == nint.Size);

    /// <summary>The location's variable; null if only this thread can reach it: a local on its stack.</summary>
    public static unsafe Variable? Locate(ControlledThread thread, ref byte location)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref location);
        Worker worker = thread.Worker!;
        return worker.StackTop - address < worker.StackBytes ? null : thread.Execution.Variables.At(address);
    }

    /// <summary>The address of the object's first field.</summary>
    public static unsafe nuint AddressOf(object target) => (nuint)Unsafe.AsPointer(ref FirstByteOf(target));

    /// <returns>Whether other threads can reach the location, so that the access counts.</returns>
    private static bool OnRead<T>(ControlledThread thread, ref byte location, int site)
    {
        if (thread.NoSwitch > 0 || Locate(thread, ref location) is not { } variable)
        {
            return false;
        }

        thread.Stores?.FenceFor(ref location);

        AnnounceRead(thread, variable, site);
        if (Parts<T>.Others is { } others)
        {
            // All parts are announced before any counts as read: the whole is read in one step.
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

        thread.Stores?.FenceFor(ref location);

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
                execution.OnYield(thread);
            }

            thread.Step(OperationKind.Read, variable, site);
        }
        else
        {
            thread.RecordOnly(OperationKind.Read, variable, site);
        }
    }

    internal static void NoteRead(ControlledThread thread, Variable variable, int site, bool isReference)
    {
        thread.Execution.Touch(thread, variable, reads: true);
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
            thread.RecordOnly(OperationKind.Write, variable, site);
        }

        RecordValue(thread, value);
    }

    internal static void NoteWrite(ControlledThread thread, Variable variable, int site, bool isReference)
    {
        Execution execution = thread.Execution;
        execution.Touch(thread, variable, reads: false);
        bool isDerived = (Sites.Traits(site) & (SiteTraits.DerivedWrite | SiteTraits.StoresArgument)) != 0;
        if (isDerived && variable.IsLostUpdate(thread, site))
        {
            execution.OnLostUpdate(thread, variable, site);
        }

        Access race = variable.Write(thread, site);
        if (!race.IsNone)
        {
            execution.OnRace(variable, race, new Access(thread.Index, site, Writes: true, thread.Shown(site)), isReference);
        }
    }

    /// <summary>Records the value that was read or written, while a report is being made.</summary>
    internal static void RecordValue<T>(ControlledThread thread, T value)
    {
        if (thread.Execution.Recorder is { } recorder && typeof(T) != typeof(Unknown))
        {
            recorder.Outcome(thread, ValueText.Of(value));
        }
    }

    internal static ref byte FirstByteOf(object target) => ref Unsafe.As<RawObject>(target).First;

    /// <summary>The type of a location where the checker does not know what a method of .NET reads or writes.</summary>
    private readonly struct Unknown;

    /// <summary>The layout of any object from its first field on.</summary>
    private sealed class RawObject
    {
        public byte First;
    }
}

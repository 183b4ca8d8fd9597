using Braid.Checking.Engine;

namespace Braid.Checking.Memory;

/// <summary>
/// Accesses to one element of a collection, besides those to the collection: a write of one element does not lose an update of another.
/// </summary>
/// <remarks>
/// An element is identified by its collection and its key. Only numbers, strings and the like are keys here: other keys would have to be
/// asked for their hash code, which is code of the program. A call of a list or dictionary of .NET's core is one step. A thread-safe
/// collection has scheduling points inside its calls. There a read counts from the end of its call, and a write from the beginning, so that
/// a lost update had certainly been read before the other write began, and is written after that write was done. Before a write that may
/// lose an update there is a scheduling point; otherwise no other thread could come in between. The accesses of other collections show in
/// their own code.
/// </remarks>
internal static class ElementAccess
{
    /// <summary>The element was read.</summary>
    public static void Read<TKey, TValue>(object? target, TKey key, TValue value, int site)
    {
        if (Find(target, key) is var (thread, element))
        {
            thread.RecordOnly(OperationKind.Read, element, site);
            MemoryAccess.RecordValue(thread, value);
            element.RecordRead(thread, site);
        }
    }

    /// <summary>The element is written next, in one step.</summary>
    public static void Write<TKey, TValue>(object? target, TKey key, TValue value, int site)
    {
        if (IsOfCore(target) && Find(target, key) is var (thread, element))
        {
            thread.RecordOnly(OperationKind.Write, element, site);
            Begin(thread, element, value, site);
            element.RecordWrite(thread, site, thread.ElementBegan);
        }
    }

    /// <summary>The element is about to be written, in a call during which other threads can run.</summary>
    public static void BeginWrite<TKey, TValue>(object? target, TKey key, TValue value, int site)
    {
        if (Find(target, key) is not var (thread, element))
        {
            return;
        }

        if ((Sites.Traits(site) & (SiteTraits.DerivedWrite | SiteTraits.StoresArgument)) != 0)
        {
            thread.Step(OperationKind.Write, element, site);
        }
        else
        {
            thread.RecordOnly(OperationKind.Write, element, site);
        }

        Begin(thread, element, value, site);
    }

    /// <summary>The element has been written, since <see cref="BeginWrite"/>.</summary>
    public static void EndWrite<TKey, TValue>(object? target, TKey key, TValue value, int site)
    {
        if (Find(target, key) is var (thread, element))
        {
            element.RecordWrite(thread, site, thread.ElementBegan);
        }
    }

    private static void Begin<TValue>(ControlledThread thread, Variable element, TValue value, int site)
    {
        MemoryAccess.RecordValue(thread, value);
        thread.ElementBegan = thread.Execution.Tick;
        if (element.IsLostUpdate(thread, site))
        {
            thread.Execution.OnLostUpdate(thread, element, site);
        }
    }

    private static bool IsOfCore(object? target) =>
        ControlledThread.Current is not null && target is not null && target.GetType().Assembly == typeof(object).Assembly;

    private static (ControlledThread Thread, Variable Element)? Find<TKey>(object? target, TKey key)
    {
        if (ControlledThread.Current is not { NoSwitch: 0 } thread || thread.Execution.Ending
            || target is null || HashOf(key) is not { } hash)
        {
            return null;
        }

        // No object lies at an address whose highest bit is set.
        VariableTable variables = thread.Execution.Variables;
        nuint collection = (nuint)variables.At(MemoryAccess.AddressOf(target)).Id;
        return (thread, variables.At(((nuint)1 << 63) | (collection << 34) | ((nuint)hash << 2)));
    }

    private static uint? HashOf<TKey>(TKey key) => key switch
    {
        string text => StableHash.Of(text),
        null => null,
        Enum or Guid or DateTime or decimal => (uint)key.GetHashCode(),
        _ when typeof(TKey).IsPrimitive || key.GetType().IsPrimitive => (uint)key.GetHashCode(),
        _ => null,
    };
}

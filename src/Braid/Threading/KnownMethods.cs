namespace Braid.Threading;

/// <summary>Remembers the methods of delegates that were found not to be <c>async void</c>, for calls so short that asking each delegate for its method (130-190 ns) would cost as much as they do; this costs 2.</summary>
/// <remarks>
/// A method is known by its entry point, which a delegate keeps in fields of its own; a runtime that names them otherwise, as NativeAOT does, is
/// not asked, and nothing is refused there. Each place of the table is one word, written and read by any thread, and at worst forgets.
/// Code that was unloaded may leave its entry point to an async void method, which then gets through: only that a method is harmless is ever remembered.
/// </remarks>
internal static class KnownMethods
{
    private const int Places = 1024;

    private static readonly nint[] s_harmless = new nint[Places];
    private static readonly bool s_canAsk = CanAsk();

    /// <summary>Whether the delegate calls one method, and that is known not to be async void.</summary>
    public static bool AreHarmless(Delegate function)
    {
        if (!s_canAsk)
        {
            return true;
        }

        nint entry = EntryOf(function);
        return s_harmless[PlaceOf(entry)] == entry && function.HasSingleTarget;
    }

    /// <summary>Notes that none of what the delegate calls is async void.</summary>
    public static void Add(Delegate function)
    {
        if (function.HasSingleTarget)
        {
            nint entry = EntryOf(function);
            s_harmless[PlaceOf(entry)] = entry;
        }
    }

    private static int PlaceOf(nint entry) => (int)((ulong)(entry * unchecked((nint)0x9E37_79B9_7F4A_7C15)) >> 54);

    /// <summary>Of a static method that the delegate takes without a closure, the first field holds what shifts the arguments, which many share, and the second the method.</summary>
    private static nint EntryOf(Delegate function) => StaticPointer(function) is not 0 and nint entry ? entry : Pointer(function);

    private static bool CanAsk()
    {
        try
        {
            return EntryOf(CanAsk) != 0;
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtr")]
    private static extern ref nint Pointer(Delegate function);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_methodPtrAux")]
    private static extern ref nint StaticPointer(Delegate function);
}

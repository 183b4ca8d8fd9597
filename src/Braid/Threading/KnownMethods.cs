namespace Braid.Threading;

/// <summary>
/// Caches the methods of delegates that were found not to be <c>async void</c>, for calls so short that querying each delegate's method
/// (130-190 ns) would cost as much as the call; this costs 2.
/// </summary>
/// <remarks>
/// A method is identified by its entry point, which a delegate keeps in private fields. If a runtime names them differently, as NativeAOT
/// does, it is not queried, and nothing is refused there. Each entry of the table is one word, written and read by any thread; at worst it
/// is lost. Unloaded code may leave its entry point to an async void method, which then gets through: the cache only ever says that a
/// method is harmless.
/// </remarks>
internal static class KnownMethods
{
    private const int Places = 1024;

    private static readonly nint[] s_harmless = new nint[Places];
    private static readonly bool s_canQuery = CanQuery();

    /// <summary>Whether the delegate calls exactly one method, which is known not to be async void.</summary>
    public static bool AreHarmless(Delegate function)
    {
        if (!s_canQuery)
        {
            return true;
        }

        nint entry = EntryOf(function);
        return s_harmless[PlaceOf(entry)] == entry && function.HasSingleTarget;
    }

    /// <summary>Records that none of the methods the delegate calls is async void.</summary>
    public static void Add(Delegate function)
    {
        if (function.HasSingleTarget)
        {
            nint entry = EntryOf(function);
            s_harmless[PlaceOf(entry)] = entry;
        }
    }

    private static int PlaceOf(nint entry) => (int)((ulong)(entry * unchecked((nint)0x9E37_79B9_7F4A_7C15)) >> 54);

    /// <summary>
    /// For a static method without a closure, the first field holds the stub that shifts the arguments, which many methods share, and the
    /// second field holds the method.
    /// </summary>
    private static nint EntryOf(Delegate function) => StaticPointer(function) is not 0 and nint entry ? entry : Pointer(function);

    private static bool CanQuery()
    {
        try
        {
            return EntryOf(CanQuery) != 0;
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

namespace Braid.Python;

/// <summary>Plain data as Python's <c>pickle</c> has it, both ways.</summary>
/// <remarks>
/// <para>
/// Reading never loads a type, calls a method or constructs an object because the bytes say so: a pickle may name the classes of plain
/// data, and those that a reader is registered for; any other name is refused with a <see cref="PickleException"/> that contains it.
/// Sizes are compared with the bytes that are left, and with the limits of <see cref="PickleOptions"/>, before anything is allocated.
/// </para>
/// <para>
/// Nothing is rounded, truncated or guessed. What has no exact counterpart on the other side is refused by name, in both directions.
/// A value that is written twice is read as a single value, even if it contains itself.
/// </para>
/// <para>docs/python-data.md has the table of what becomes what.</para>
/// </remarks>
public static class Pickle
{
    /// <summary>Writes a value so that Python's <c>pickle.loads</c> reads it.</summary>
    /// <param name="value">Plain data, or what <paramref name="options"/> has a writer for.</param>
    /// <param name="options">The protocol, the depth and the writers; null for the defaults.</param>
    /// <returns>The pickle.</returns>
    /// <exception cref="PickleException">A value has no counterpart in Python, or is nested too deep.</exception>
    public static byte[] Dumps(object? value, PickleOptions? options = null) => PickleWriter.Write(value, options ?? PickleOptions.Default);

    /// <summary>Reads what Python's <c>pickle.dumps</c> has written, in any protocol.</summary>
    /// <param name="data">One pickle, and nothing after it.</param>
    /// <param name="options">The limits and the readers; null for the defaults.</param>
    /// <returns>The value; null for None.</returns>
    /// <exception cref="PickleException">It is no pickle, exceeds a limit, or holds what is not plain data.</exception>
    public static object? Loads(ReadOnlySpan<byte> data, PickleOptions? options = null) =>
        PickleReader.Read(data, options ?? PickleOptions.Default);

    /// <summary>Reads what Python's <c>pickle.dumps</c> has written as a value of a type.</summary>
    /// <typeparam name="T">
    /// What <see cref="Loads(ReadOnlySpan{byte}, PickleOptions?)"/> returns, or a number type, array, list, dictionary, set or tuple of C#
    /// whose elements can be read in the same way: <c>List&lt;(string Name, int Count)&gt;</c>.
    /// </typeparam>
    /// <param name="data">One pickle, and nothing after it.</param>
    /// <param name="options">The limits and the readers; null for the defaults.</param>
    /// <returns>The value.</returns>
    /// <exception cref="PickleException">
    /// As above; or the value is of another type, or a number that <typeparamref name="T"/> cannot hold exactly.
    /// </exception>
    public static T Loads<T>(ReadOnlySpan<byte> data, PickleOptions? options = null) =>
        Conversion.To<T>(Loads(data, options), options ?? PickleOptions.Default);
}

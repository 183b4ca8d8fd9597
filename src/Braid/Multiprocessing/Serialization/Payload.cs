namespace Braid.Multiprocessing;

/// <summary>Turns values into bytes for another process of the program, and back.</summary>
/// <remarks>
/// <para>
/// The format is Braid's own and is used only between processes that run the same build of the same program. Each value is written by the
/// codec of its type: unmanaged data, arrays of it and strings are raw copies; the collections of .NET go element by element; a delegate is
/// a method and the state it holds; an exception is a description from which it is rebuilt; a shared object is a handle. Objects of the
/// program's own types travel as pickle sends them: by all their fields, private ones too, without running a constructor. Identity and
/// cycles survive within one payload. Types of .NET have rows in <see cref="Collections"/> and <see cref="Forms"/>; any other goes by
/// System.Text.Json if the copy is equal in every field, and is refused otherwise: nothing is lost silently.
/// </para>
/// <para>
/// A value begins with the stamp of the type it is sent as (<see cref="TypeStamp"/>), which also identifies the builds that its fields come
/// from. A reader that expects another type, runs another build, or does not consume all the bytes gets an exception instead of nonsense.
/// </para>
/// </remarks>
internal static class Payload
{
    /// <summary>
    /// Appends the value. After an exception the caller must discard what was written and call <see cref="PayloadWriter.ReleaseCarried"/>.
    /// </summary>
    /// <exception cref="PayloadException">The value cannot travel; the message names it.</exception>
    public static void Write<T>(PayloadWriter writer, T value)
    {
        try
        {
            writer.WriteRaw(TypeStamp.Of<T>());
            PayloadCodec<T>.Instance.Write(writer, value);
        }
        catch (Exception exception) when (exception is not PayloadException and not OutOfMemoryException)
        {
            throw new PayloadException(
                $"Writing a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}",
                exception);
        }
    }

    /// <summary>Reads a value that was written as the same type and fills the payload.</summary>
    /// <exception cref="PayloadException">
    /// What arrived was written as another type, is damaged, comes from another build, or cannot be rebuilt here.
    /// </exception>
    public static T Read<T>(ref PayloadReader reader)
    {
        try
        {
            TypeStamp.Check<T>(reader.ReadStamp());
            T value = PayloadCodec<T>.Instance.Read(ref reader);
            reader.RequireEnd(typeof(T));
            return value;
        }
        catch (Exception exception) when (exception is not PayloadException and not OutOfMemoryException)
        {
            throw new PayloadException(
                $"Reading a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}",
                exception);
        }
    }
}

/// <summary>Which values are read without running user code: those copied as they lie in memory, strings, and arrays of numbers.</summary>
internal static class PlainPayload<T>
{
    public static readonly bool Is = RuntimeHelpers.IsReferenceOrContainsReferences<T>()
        ? typeof(T) == typeof(string) || (typeof(T).IsArray && typeof(T).GetElementType()!.IsPrimitive)
        : PayloadCodec<T>.Instance is RawCodec<T>;
}

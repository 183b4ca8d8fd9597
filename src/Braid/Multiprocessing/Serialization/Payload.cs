namespace Braid.Multiprocessing;

/// <summary>Turns values into bytes for another process of the program, and back.</summary>
/// <remarks>
/// <para>
/// The format is our own, between processes that run the same build of the same program; a value is written by the codec of its type:
/// unmanaged data, their arrays and strings are raw copies; the collections of .NET go element by element; delegates are a method and the state they
/// hold; exceptions a description from which they are rebuilt; shared objects are handles. Objects of the program's own types travel as pickle sends
/// them: by all their fields, private ones too, without running a constructor. Identity and circles survive within one payload. Types of .NET have
/// rows in <see cref="Collections"/> and <see cref="Forms"/>; others go by System.Text.Json if the copy is equal in every field, and are refused otherwise: nothing is lost in silence.
/// </para>
/// <para>
/// A value begins with the stamp of the type it is sent as (<see cref="TypeStamp"/>), which also marks the builds that its fields come from.
/// A reader that wants another type, or runs another build, is told so instead of reading nonsense; so is one that did not use all the bytes.
/// </para>
/// </remarks>
internal static class Payload
{
    /// <summary>Appends the value. After an exception what was written so far is to be thrown away, and <see cref="PayloadWriter.ReleaseCarried"/> to be called.</summary>
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
            throw new PayloadException($"Writing a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}", exception);
        }
    }

    /// <summary>Reads a value, which was written as the same type and is all there is.</summary>
    /// <exception cref="PayloadException">What arrived was written as another type, is damaged, comes from another build, or cannot be rebuilt here.</exception>
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
            throw new PayloadException($"Reading a value of type {TypeText.Of(typeof(T))} failed with {exception.GetType()}: {SafeText.MessageOf(exception)}", exception);
        }
    }
}

/// <summary>Which values are read without running any code of users: those copied as they lie in memory, text, and arrays of numbers.</summary>
internal static class PlainPayload<T>
{
    public static readonly bool Is = RuntimeHelpers.IsReferenceOrContainsReferences<T>()
        ? typeof(T) == typeof(string) || (typeof(T).IsArray && typeof(T).GetElementType()!.IsPrimitive)
        : PayloadCodec<T>.Instance is RawCodec<T>;
}

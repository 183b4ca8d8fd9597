namespace Braid.Threading;

/// <summary>A value that each thread has for itself: .NET's <see cref="ThreadLocal{T}"/> under Python's name.</summary>
/// <remarks>A thread's value is freed when the thread ends or the object dies. Python counterpart: <c>threading.local</c>.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="factory">Makes the value when a thread first reads it; without one, the value is the type's default.</param>
public sealed class Local<T>(Func<T>? factory = null) : ThreadLocal<T>(factory ?? (static () => default!));

using System.Runtime.CompilerServices;
using Braid.Multiprocessing;
using Braid.Waiting;

namespace Braid.Python;

/// <summary>Pickles as the messages of a connection: what Python's <c>Connection.send</c> and <c>recv</c> exchange.</summary>
public static class PickleExtensions
{
    /// <summary>Sends a value that Python's <c>recv</c> receives, blocking while the peer does not take what was sent before.</summary>
    /// <param name="connection">A connection that sends.</param>
    /// <param name="value">Plain data, or what <paramref name="options"/> has a writer for.</param>
    /// <param name="options">The protocol, the depth and the writers; null for the defaults.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="PickleException">The value cannot be pickled. Nothing is sent.</exception>
    /// <inheritdoc cref="Connection.SendBytes(ReadOnlySpan{byte}, CancellationToken)" path="/exception"/>
    public static void SendPickle(
        this Connection connection, object? value, PickleOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        connection.SendBytes(Pickle.Dumps(value, options), token);
    }

    /// <summary>Sends a value that Python's <c>recv</c> receives, waiting without blocking the thread.</summary>
    /// <remarks>The value is pickled before the method returns: later changes of it are not sent.</remarks>
    /// <inheritdoc cref="SendPickle" path="/param"/>
    /// <inheritdoc cref="SendPickle" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder))]
    public static async ValueTask SendPickleAsync(
        this Connection connection, object? value, PickleOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await connection.SendBytesAsync(Pickle.Dumps(value, options), token).ConfigureAwait(false);
    }

    /// <summary>Receives what Python's <c>send</c> has sent, blocking until there is a message.</summary>
    /// <param name="connection">A connection that receives.</param>
    /// <param name="options">The limits and the readers; null for the defaults.</param>
    /// <param name="token">Ends the wait; nothing is received.</param>
    /// <returns>The value, as by <see cref="Pickle.Loads(ReadOnlySpan{byte}, PickleOptions?)"/>.</returns>
    /// <exception cref="IOException">The message is longer than <see cref="PickleOptions.MaxBytes"/>. It is skipped.</exception>
    /// <exception cref="PickleException">It is no pickle, exceeds a limit, or holds what is not plain data. It is removed.</exception>
    /// <inheritdoc cref="Connection.RecvBytes" path="/exception"/>
    public static object? RecvPickle(this Connection connection, PickleOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.RecvInPlace(MaxLength(options), options, Pickle.Loads, token);
    }

    /// <summary>Receives what Python's <c>send</c> has sent as a value of a type, blocking until there is a message.</summary>
    /// <typeparam name="T">The type, as for <see cref="Pickle.Loads{T}"/>.</typeparam>
    /// <inheritdoc cref="RecvPickle(Connection, PickleOptions?, CancellationToken)" path="/param"/>
    /// <returns>The value.</returns>
    /// <exception cref="PickleException">As above; or the value is no <typeparamref name="T"/>, or not exactly. It is removed.</exception>
    /// <inheritdoc cref="RecvPickle(Connection, PickleOptions?, CancellationToken)" path="/exception"/>
    public static T RecvPickle<T>(this Connection connection, PickleOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return connection.RecvInPlace(MaxLength(options), options, Pickle.Loads<T>, token);
    }

    /// <summary>Receives what Python's <c>send</c> has sent, waiting without blocking the thread until there is a message.</summary>
    /// <remarks>The readers of <paramref name="options"/> run in the caller's context.</remarks>
    /// <inheritdoc cref="RecvPickle(Connection, PickleOptions?, CancellationToken)" path="/param"/>
    /// <inheritdoc cref="RecvPickle(Connection, PickleOptions?, CancellationToken)" path="/returns"/>
    /// <inheritdoc cref="RecvPickle(Connection, PickleOptions?, CancellationToken)" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public static async ValueTask<object?> RecvPickleAsync(
        this Connection connection, PickleOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return await connection.RecvInPlaceAsync(MaxLength(options), options, Pickle.Loads, token);
    }

    /// <summary>Receives what Python's <c>send</c> has sent as a value of a type, waiting without blocking the thread.</summary>
    /// <remarks>The readers of <paramref name="options"/> run in the caller's context.</remarks>
    /// <inheritdoc cref="RecvPickle{T}" path="/typeparam"/>
    /// <inheritdoc cref="RecvPickle{T}" path="/param"/>
    /// <inheritdoc cref="RecvPickle{T}" path="/returns"/>
    /// <inheritdoc cref="RecvPickle{T}" path="/exception"/>
    [AsyncMethodBuilder(typeof(AwaitingMethodBuilder<>))]
    public static async ValueTask<T> RecvPickleAsync<T>(
        this Connection connection, PickleOptions? options = null, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return await connection.RecvInPlaceAsync(MaxLength(options), options, Pickle.Loads<T>, token);
    }

    private static int MaxLength(PickleOptions? options) => (int)Math.Min((options ?? PickleOptions.Default).MaxBytes, Array.MaxLength);
}

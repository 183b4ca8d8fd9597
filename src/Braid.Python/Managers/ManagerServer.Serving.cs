using Braid.Multiprocessing;
using Braid.Threading;
using Braid.Waiting;

namespace Braid.Python;

public sealed partial class ManagerServer
{
    private const string NoSuchRequest = "a request is a tuple (ident, name, args, kwds)";

    private void AcceptAll(CancellationToken token)
    {
        try
        {
            while (true)
            {
                Connection connection = _listener.Accept(token);
                Admit(connection, _listener.LastAccepted);     // this thread alone accepts, so that is its peer
            }
        }
        catch (Exception exception) when (exception is ObjectDisposedException or OperationCanceledException)
        {
            // closed, or to be closed
        }
    }

    private void Admit(Connection connection, Address? peer)
    {
        bool isAdmitted;
        bool isClosed;
        using (_gate.EnterScope())
        {
            isClosed = _isClosed;
            isAdmitted = !isClosed && _connections.Count < _options.MaxConnections && _connections.Add(connection);
        }

        if (isClosed)
        {
            connection.Close();
            return;
        }

        if (!isAdmitted)
        {
            Refuse(connection);
            return;
        }

        try
        {
            _threads.Submit(() => Serve(connection, peer));
        }
        catch (Exception exception) when (exception is InvalidOperationException or OutOfMemoryException)
        {
            Leave(connection);                                  // closed meanwhile, or the system refuses a thread
        }
    }

    /// <summary>Says why before the request has come: the client reads it as its reply.</summary>
    private void Refuse(Connection connection)
    {
        string text = $"RuntimeError: the server has {_options.MaxConnections} connections, as many as it allows (MaxConnections)\n";
        using (connection)
        {
            try
            {
                Send(connection, ManagerWire.Reply(ManagerWire.Traceback, text), _pickle);   // so short that it need not wait
            }
            catch (IOException)
            {
                // it has gone already
            }
        }
    }

    private void Leave(Connection connection)
    {
        connection.Close();
        using Scope scope = _gate.EnterScope();
        _connections.Remove(connection);
    }

    /// <summary>Serves a connection until its end: one request to the server, or any number of requests to objects.</summary>
    private void Serve(Connection connection, Address? peer)
    {
        Session? session = null;
        try
        {
            session = _sessions.Enter(connection, peer);
            object?[]? request = Read(connection, _pickle, out object?[]? refusal);
            if (request is null)
            {
                Send(connection, refusal!, _pickle);
            }
            else if (request[1] is ManagerWire.AcceptConnection)
            {
                Send(connection, ManagerWire.Reply(ManagerWire.Return, null), _pickle);
                ServeObjects(connection, session);
            }
            else
            {
                Send(connection, Control(session, request), _pickle);
                if (request[1] is "shutdown")
                {
                    CallbackThreads.Run(Close);                  // which waits for no connection, but ends this one
                }
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or ObjectDisposedException)
        {
            // the client has closed the connection or ended, or this server was closed
        }
        finally
        {
            Leave(connection);
            if (session is not null)
            {
                _sessions.Leave(session);
            }
        }
    }

    private void ServeObjects(Connection connection, Session session)
    {
        var caller = new Caller(connection, session);
        PickleOptions pickle = PickleFor(caller);
        try
        {
            while (true)
            {
                object?[]? request = Read(connection, pickle, out object?[]? refusal);
                caller.ForgetSent();
                Send(connection, request is null ? refusal! : Call(caller, request), pickle);
            }
        }
        catch (CallerGoneException)
        {
            // no one waits for the reply
        }
        finally
        {
            caller.End(held => OnAbandoned(held, $"a connection of {session}"));
        }
    }

    /// <summary>Receives a request.</summary>
    /// <returns>Its four parts; null if it is none.</returns>
    private static object?[]? Read(Connection connection, PickleOptions pickle, out object?[]? refusal)
    {
        byte[] message = connection.RecvBytes();
        refusal = null;
        try
        {
            if (Pickle.Loads(message, pickle) is object?[] and [var ident, string function, object?[] or List<object?>, var kwds] request
                && Keywords(kwds) is { } named)
            {
                return [ident, function, request[2], named];
            }

            refusal = Failure(Exceptions.Make("ValueError", NoSuchRequest));
        }
        catch (Exception exception)
        {
            refusal = Failure(exception);                         // no pickle, or one that holds what it must not
        }

        return null;
    }

    private static Dictionary<string, object?>? Keywords(object? kwds)
    {
        var named = new Dictionary<string, object?>();
        foreach ((object name, object? value) in kwds as Dictionary<object, object?> ?? [])
        {
            if (name is not string text)
            {
                return null;
            }

            named[text] = value;
        }

        return kwds is Dictionary<object, object?> ? named : null;
    }

    private static void Send(Connection connection, object?[] reply, PickleOptions pickle)
    {
        byte[] message;
        try
        {
            message = Pickle.Dumps(reply, pickle);
        }
        catch (Exception exception)
        {
            string kind = reply[0] is ManagerWire.Error ? ManagerWire.Traceback : ManagerWire.Unserializable;
            message = Pickle.Dumps(ManagerWire.Reply(kind, $"{Describe(exception)}\n"), pickle);
        }

        connection.SendBytes(message);
    }

    /// <summary>Calls a method of an object.</summary>
    private object?[] Call(Caller caller, object?[] request)
    {
        if (request[0] is not string ident || _objects.Find(ident) is not { } referent)
        {
            return Failure(Exceptions.Make("KeyError", request[0] as string ?? PythonRepr.TypeOf(request[0])));
        }

        string method = (string)request[1]!;
        var args = (IReadOnlyList<object?>)request[2]!;
        try
        {
            object? result = method switch
            {
                _ when referent.Exposed.Contains(method) =>
                    referent.Call(caller, method, args, (Dictionary<string, object?>)request[3]!),
                "__str__" => referent.Str(),
                "__repr__" => referent.Repr(),
                ManagerWire.GetValue => referent.GetValue(),
                _ => throw new MissingMethodException($"'{referent.Typeid}' object has no attribute '{method}'"),
            };
            return result is ReturnedProxy proxy
                ? ManagerWire.Reply(ManagerWire.NewProxy, new object?[] { Names(proxy.Referent), Hold(proxy.Referent, caller.Session) })
                : ManagerWire.Reply(ManagerWire.Return, result);
        }
        catch (MissingMethodException exception) when (!referent.Exposed.Contains(method))
        {
            return ManagerWire.Reply(ManagerWire.Traceback, $"AttributeError: {exception.Message}\n");
        }
        catch (PickleException exception)
        {
            return ManagerWire.Reply(ManagerWire.Unserializable, $"{exception.Message}\n");
        }
        catch (Exception exception) when (exception is not CallerGoneException)
        {
            return Error(exception);
        }
    }

    /// <summary>The exception of a method: as one of Python's where there is one, with the stack of C# as a note; else as a text.</summary>
    private static object?[] Error(Exception exception)
    {
        if (Exceptions.Counterpart(exception) is not { } python)
        {
            return Failure(exception);
        }

        if (exception is not PythonException && exception.StackTrace is { } stack && python.Type.Module == "builtins")
        {
            python.Attributes["__notes__"] = new List<object?> { $"In the server: {exception.GetType()}\n{stack}" };
        }

        return ManagerWire.Reply(ManagerWire.Error, python);
    }

    private static object?[] Failure(Exception exception) =>
        ManagerWire.Reply(ManagerWire.Traceback, $"Traceback (most recent call last):\n{exception.StackTrace}\n{Describe(exception)}\n");

    private static string Describe(Exception exception) => exception is PythonException python
        ? $"{python.Type.Name}: {string.Join(", ", python.Arguments.Select(PythonRepr.Of))}"
        : $"{exception.GetType()}: {exception.Message}";

    private static object?[] Names(Referent referent) => referent.Exposed.ToArray<object?>();

    /// <summary>Gives the client a reference, and returns what its proxy needs.</summary>
    private Token Hold(Referent referent, Session session) => new(referent.Typeid, _address, _objects.Add(referent, session));
}

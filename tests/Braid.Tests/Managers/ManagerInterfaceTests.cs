using Braid.Python;

namespace Braid.Tests;

/// <summary>What clients reach by an interface: arguments by name, iterators, objects that are returned, exceptions.</summary>
public sealed class ManagerInterfaceTests : TimedTest
{
    [Fact]
    public void Arguments_have_names_in_either_spelling_and_defaults()
    {
        using ManagerServer server = New(new Part());
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        Assert.Equal(11, part.CallMethod<int>("add", [], new Dictionary<string, object?> { ["first_number"] = 1 }));
        Assert.Equal(3, part.CallMethod<int>("Add", [1], new Dictionary<string, object?> { ["secondNumber"] = 2 }));
        using Proxy made = manager.Create("Made");
        Assert.Equal(5, made.Call<int>("add", 0, 0));
        using Proxy other = manager.CreateObject("Made", [], new Dictionary<string, object?> { ["start"] = 7 });
        Assert.Equal(7, other.Call<int>("add", 0, 0));
    }

    /// <summary>Of what type an object is that a member returns, clients learn from the first name under which it was registered.</summary>
    [Fact]
    public void An_object_that_is_returned_has_the_first_name()
    {
        using ManagerServer server = New(new Part());
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        using Proxy self = part.Call<Proxy>("self");
        Assert.Equal("Made", self.Typeid);
    }

    [Fact]
    public void An_exception_brings_the_stack_of_the_server()
    {
        using ManagerServer server = New(new Part());
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        PythonException failure = Assert.Throws<PythonException>(() => part.Call("fail"));
        var notes = Assert.IsType<List<object?>>(failure.Attributes["__notes__"]);
        Assert.Contains("In the server: System.ArgumentException", Assert.IsType<string>(Assert.Single(notes)), StringComparison.Ordinal);
        Assert.Contains($"{nameof(Part)}.{nameof(Part.Fail)}", (string)notes[0]!, StringComparison.Ordinal);
    }

    [Fact]
    public void An_iterator_that_a_client_gives_back_ends_at_the_server()
    {
        var source = new Part();
        using ManagerServer server = New(source);
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        using (var steps = part.Call<Proxy>("steps").As<IteratorProxy<int>>())
        {
            Assert.True(steps.TryNext(out int first));
            Assert.Equal(0, first);
            Assert.False(source.HasEnded.IsSet);
        }

        Assert.True(source.HasEnded.TryWait(Ample));
        Assert.Equal(1, server.ObjectCount);
    }

    [Fact]
    public void An_iterator_gives_its_reference_back_when_it_was_enumerated()
    {
        using ManagerServer server = New(new Part());
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        foreach (int step in part.Call<IEnumerable<int>>("steps"))
        {
            Assert.Equal(2, server.ObjectCount);
            if (step == 1)
            {
                break;
            }
        }

        Assert.Equal(1, server.ObjectCount);
    }

    /// <summary>What a generator of Python can do: a value goes in, or an exception, or it is closed.</summary>
    [Fact]
    public void An_iterator_is_closed_and_thrown_into()
    {
        var source = new Part();
        using ManagerServer server = New(source);
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        foreach (Action<IteratorProxy<int>> end in new Action<IteratorProxy<int>>[]
        {
            static steps => steps.Call("close"),
            static steps => Assert.Equal("ValueError", Assert.Throws<PythonException>(
                () => steps.Call("throw", new PythonException(new PythonGlobal("builtins", "ValueError"), "stop"))).Type.Name),
        })
        {
            using var steps = part.Call<Proxy>("steps").As<IteratorProxy<int>>();
            Assert.True(steps.TryNext(out _));
            Assert.Equal(1, steps.Call<int>("send", [null]));
            Assert.Equal("TypeError", Assert.Throws<PythonException>(() => steps.Call("send", 5)).Type.Name);
            source.HasEnded.Clear();
            end(steps);
            Assert.True(source.HasEnded.IsSet);
            Assert.False(steps.TryNext(out _));
            steps.Call("close");
        }
    }

    /// <summary>The enumerator of a list goes on when it was disposed of; an iterator of Python does not.</summary>
    [Fact]
    public void An_iterator_that_was_closed_has_ended()
    {
        using ManagerServer server = New(new Part());
        using Manager manager = ManagerServers.Connect(server);
        using Proxy part = manager.Create("Part");
        using var numbers = part.Call<Proxy>("numbers").As<IteratorProxy<int>>();
        Assert.True(numbers.TryNext(out _));
        numbers.Call("close");
        Assert.False(numbers.TryNext(out _));
    }

    private static ManagerServer New(Part part)
    {
        ManagerServer server = ManagerServers.New()
            .Register("Made", (int start = 5) => (IPart)new Part(start)).Register<IPart>("Part", () => part);
        server.Start();
        return server;
    }

    public interface IPart
    {
        int Add(int firstNumber, int secondNumber = 10);

        IPart Self();

        void Fail();

        IEnumerable<int> Steps();

        IEnumerable<int> Numbers();
    }

    private sealed class Part(int start = 0) : IPart
    {
        public Threading.Event HasEnded { get; } = new();

        public int Add(int firstNumber, int secondNumber) => start + firstNumber + secondNumber;

        public IPart Self() => this;

        public void Fail() => throw new ArgumentException("no");

        public IEnumerable<int> Numbers() => [1, 2, 3];

        public IEnumerable<int> Steps()
        {
            try
            {
                for (int i = 0; ; i++)
                {
                    yield return i;
                }
            }
            finally
            {
                HasEnded.Set();
            }
        }
    }
}

using System.Reactive.Linq;
using System.Reactive.Subjects;
using Castle.DynamicProxy;
using LiteDB;
using Newtonsoft.Json;
using Polly;
using Polly.Retry;
using Stateless;

namespace LibraryUse;

/// <summary>Other libraries that two threads use.</summary>
public static class Others
{
    public static void Castle_makes_proxies_for_two_at_once()
    {
        var generator = new ProxyGenerator();
        Two.Do(me =>
        {
            IAdder proxy = generator.CreateInterfaceProxyWithTarget<IAdder>(new Adder(), new Passing());
            Require.That(proxy.Add(me, 1) == me + 1, "the proxy adds");
        });
    }

    public static void Stateless_under_a_lock_fires_once()
    {
        var gate = new object();
        var machine = new StateMachine<int, string>(0);
        machine.Configure(0).Permit("go", 1);
        machine.Configure(1).Ignore("go");
        Two.Do(_ =>
        {
            lock (gate)
            {
                machine.Fire("go");
            }
        });
        Require.That(machine.State == 1, "the machine has gone on");
    }

    public static void LiteDB_keeps_what_two_threads_insert()
    {
        using var database = new LiteDatabase(new MemoryStream());
        ILiteCollection<Note> notes = database.GetCollection<Note>("notes");
        Two.Do(me => notes.Insert(new Note { Text = me.ToString() }));
        Require.That(notes.Count() == 2, "both notes are there");
    }

    public static void Reactive_synchronised_subject_counts_all()
    {
        using var subject = new Subject<int>();
        int sum = 0;
        using IDisposable subscription = Observer(subject, value => sum += value);
        ISubject<int> together = Subject.Synchronize(subject);
        Two.Do(me => together.OnNext(me + 1));
        Require.That(sum == 3, "both values came");
    }

    public static void Reactive_subscribers_come_and_go()
    {
        using var subject = new Subject<int>();
        int seen = 0;
        Two.Do(me =>
        {
            using IDisposable subscription = Observer(subject.Where(value => value == me), _ => Interlocked.Increment(ref seen));
            subject.OnNext(me);
        });
        Require.That(Volatile.Read(ref seen) >= 2, "each saw its own value");
    }

    public static void Newtonsoft_writes_for_two_at_once() => Two.Do(me =>
    {
        string text = JsonConvert.SerializeObject(new Note { Id = me, Text = "text" });
        Require.That(JsonConvert.DeserializeObject<Note>(text)!.Id == me, "what was written is read");
    });

    public static void Polly_retries_for_two_at_once()
    {
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 1, Delay = TimeSpan.Zero }).Build();
        Two.Do(_ =>
        {
            int tries = 0;
            pipeline.Execute(() =>
            {
                if (++tries == 1)
                {
                    throw new InvalidOperationException("Once more.");
                }
            });
            Require.That(tries == 2, "it was tried twice");
        });
    }

    private static IDisposable Observer(IObservable<int> source, Action<int> see) => source.Subscribe(see);

    public interface IAdder
    {
        int Add(int one, int other);
    }

    public sealed class Adder : IAdder
    {
        public int Add(int one, int other) => one + other;
    }

    public sealed class Passing : IInterceptor
    {
        public void Intercept(IInvocation invocation) => invocation.Proceed();
    }

    public sealed class Note
    {
        public int Id { get; set; }

        public string Text { get; set; } = "";
    }
}

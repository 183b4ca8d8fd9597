using System.Collections.Concurrent;
using Braid.Checking.Tests.Hooks;

namespace Braid.Checking.Tests.Engine;

/// <summary>Reading, computing and writing back loses an update however the location is reached.</summary>
public sealed class LostUpdateTests
{
    [Fact]
    public void Through_a_property_that_the_compiler_makes() => Lost("Holder.Count at", () =>
    {
        var holder = new Holder();
        Twice(() => holder.Count++);
    });

    [Fact]
    public void Through_a_property_that_locks() => Lost("Holder.Locked at", () =>
    {
        var holder = new Holder();
        Twice(() => holder.Locked += 2);
    });

    [Fact]
    public void Through_a_property_over_a_volatile_field() => Lost("Holder.Current at", () =>
    {
        var holder = new Holder();
        Twice(() => holder.Current--);
    });

    [Fact]
    public void Through_a_static_property() => Lost("Holder.Total at", () => Twice(() => Holder.Total++));

    [Fact]
    public void Through_a_pair_of_methods() => Lost("Holder.Balance at", () =>
    {
        var holder = new Holder();
        Twice(() => holder.SetBalance(holder.GetBalance() + 1));
    });

    [Fact]
    public void Through_a_reference_that_a_property_returns() => Lost("Holder.Reference at", () =>
    {
        var holder = new Holder();
        Twice(() => holder.Reference++);
    });

    [Fact]
    public void Through_an_indexer() => Lost("an element of holder at", () =>
    {
        var holder = new Holder();
        Twice(() => holder[1]++);
    });

    [Fact]
    public void Through_volatile_reads_and_writes() => Lost("count at", () =>
    {
        int count = 0;
        Twice(() => Volatile.Write(ref count, Volatile.Read(ref count) + 1));
    });

    [Fact]
    public void Through_an_exchange() => Lost("count at", () =>
    {
        int count = 0;
        Twice(() => Interlocked.Exchange(ref count, Volatile.Read(ref count) + 1));
    });

    [Fact]
    public void Of_an_element_of_a_dictionary_each_access_of_which_is_locked() => Lost("an element of counts at", () =>
    {
        var counts = new Dictionary<string, int> { ["a"] = 0 };
        object gate = new();
        Twice(() =>
        {
            int count;
            lock (gate)
            {
                count = counts["a"];
            }

            lock (gate)
            {
                counts["a"] = count + 1;
            }
        });
    });

    [Fact]
    public void Of_an_element_of_a_list() => Lost("an element of counts at", () =>
    {
        List<long> counts = [0];
        Twice(() => counts[0] += 2);
    });

    [Fact]
    public void Of_an_element_that_is_read_by_trying() => Lost("an element of counts at", () =>
    {
        var counts = new Dictionary<int, int> { [5] = 0 };
        Twice(() =>
        {
            counts.TryGetValue(5, out int count);
            counts[5] = count + 1;
        });
    });

    [Fact]
    public void Of_an_element_of_a_concurrent_dictionary_whatever_its_type()
    {
        Lost("an element of counts at", () =>
        {
            var counts = new ConcurrentDictionary<string, int> { ["a"] = 0 };
            Twice(() => counts["a"] = counts["a"] + 1);
        });
        Lost("an element of counts at", () =>
        {
            var counts = new ConcurrentDictionary<string, decimal> { ["a"] = 0 };
            Twice(() => counts["a"]++);
        });
    }

    [Fact]
    public void Of_a_value_that_is_chosen()
    {
        Lost("an element of counts at", () =>
        {
            var counts = new ConcurrentDictionary<string, int>();
            Twice(() => counts["a"] = counts.TryGetValue("a", out int count) ? count + 1 : 1);
        });
        Lost("an element of counts at", () =>
        {
            var counts = new Dictionary<string, int>();
            object gate = new();
            Twice(() =>
            {
                int count;
                lock (gate)
                {
                    count = counts.ContainsKey("a") ? counts["a"] : 0;
                }

                lock (gate)
                {
                    counts["a"] = count + 1;
                }
            });
        });
        Lost("an element of counts at", () =>
        {
            var counts = new Dictionary<string, int>();
            object gate = new();
            Twice(() =>
            {
                int count;
                lock (gate)
                {
                    count = counts.GetValueOrDefault("a");
                }

                lock (gate)
                {
                    counts["a"] = count + 1;
                }
            });
        });
    }

    [Fact]
    public void Through_an_interface_and_by_methods_that_have_no_noun()
    {
        Lost("ICount.Count at", () =>
        {
            ICount holder = new Holder();
            Twice(() => holder.Count++);
        });
        Lost("Holder at", () =>
        {
            var holder = new Holder();
            Twice(() => holder.Store(holder.Load() + 1));
        });
    }

    [Fact]
    public void Of_a_value_that_was_absent_when_a_claim_fails_because_of_it() => Lost("then the body threw", () =>
    {
        var counts = new ConcurrentDictionary<string, int>();
        Twice(() => counts["a"] = counts.GetValueOrDefault("a") + 1);
        if (counts["a"] != 2)
        {
            throw new InvalidOperationException();
        }
    });

    [Fact]
    public void An_element_of_another_key_is_another_location()
    {
        Explored.Holds(() =>
        {
            var counts = new Dictionary<string, int> { ["a"] = 0, ["b"] = 0 };
            object gate = new();
            var thread = new Thread(() => { lock (gate) { counts["b"] = 7; } });
            thread.Start();
            int count;
            lock (gate)
            {
                count = counts["a"];
            }

            lock (gate)
            {
                counts["a"] = count + 1;
            }

            thread.Join();
        });
        Explored.Holds(() =>
        {
            var counts = new ConcurrentDictionary<int, int> { [1] = 0, [2] = 0 };
            var thread = new Thread(() => counts[2] = counts[2] + 1);
            thread.Start();
            counts[1] = counts[1] + 1;
            thread.Join();
        });
    }

    [Fact]
    public void An_element_that_is_updated_whole_is_not_lost() => Explored.Holds(() =>
    {
        var counts = new ConcurrentDictionary<string, int>();
        Twice(() => counts.AddOrUpdate("a", 1, (_, count) => count + 1));
        if (counts["a"] != 2)
        {
            throw new InvalidOperationException();
        }
    });

    [Fact]
    public void A_write_that_has_begun_does_not_count_as_done_where_others_can_interleave() => Explored.Holds(() =>
    {
        // One thread's write may be delayed inside the call and come after the other's: either order is correct.
        IDictionary<string, int> counts = new ConcurrentDictionary<string, int> { ["a"] = 0 };
        var thread = new Thread(() => counts["a"] = 5);
        thread.Start();
        int count = counts["a"];
        if (count == 5)
        {
            counts["a"] = count + 1;
        }

        thread.Join();
    });

    [Fact]
    public void A_value_that_was_read_again_under_the_lock_is_not_lost() => Explored.Holds(() =>
    {
        var holder = new Holder();
        object gate = new();
        Twice(() =>
        {
            int guess = holder.Locked;
            lock (gate)
            {
                holder.Locked = Math.Max(guess, holder.Locked) + 1;
            }
        });
    });

    [Fact]
    public void Another_location_of_the_same_name_is_not_lost() => Explored.Holds(() =>
    {
        var one = new Holder();
        var other = new Holder();
        var thread = new Thread(() => other.Locked = 7);
        thread.Start();
        int value = one.Locked;
        one.Locked = value + 1;
        thread.Join();
    });

    [Fact]
    public void A_call_that_an_exception_leaves_ends_where_the_exception_is_caught() => Explored.Holds(() =>
    {
        var holder = new Holder();
        Twice(() =>
        {
            try
            {
                holder.Refusing = holder.Refusing + 1;
            }
            catch (InvalidOperationException)
            {
            }

            holder.Locked = 1;
        });
    });

    private static void Lost(string words, Action body)
    {
        CheckReport report = Explored.Fails(Verdict.LostUpdate, body);
        Assert.Contains(words, report.Sentence, StringComparison.Ordinal);
        Assert.Contains($"overwrites at {nameof(LostUpdateTests)}.cs", report.Sentence, StringComparison.Ordinal);
    }

    private static void Twice(Action update)
    {
        var other = new Thread(() => update());
        other.Start();
        update();
        other.Join();
    }

    private interface ICount
    {
        int Count { get; set; }
    }

    private sealed class Holder : ICount
    {
        private readonly Lock _gate = new();
        private readonly int[] _elements = new int[2];
        private int _locked;
        private int _balance;
        private int _reference;
        private volatile int _current;

        public static int Total { get; set; }

        public int Count { get; set; }

        public int Locked
        {
            get
            {
                lock (_gate)
                {
                    return _locked;
                }
            }

            set
            {
                lock (_gate)
                {
                    _locked = value;
                }
            }
        }

        public int Refusing
        {
            get => Locked;
            set => throw new InvalidOperationException($"{value}");
        }

        public int Current
        {
            get => _current;
            set => _current = value;
        }

        public ref int Reference => ref _reference;

        public int this[int index]
        {
            get
            {
                lock (_gate)
                {
                    return _elements[index];
                }
            }

            set
            {
                lock (_gate)
                {
                    _elements[index] = value;
                }
            }
        }

        public int Load() => GetBalance();

        public void Store(int balance) => SetBalance(balance);

        public int GetBalance()
        {
            lock (_gate)
            {
                return _balance;
            }
        }

        public void SetBalance(int balance)
        {
            lock (_gate)
            {
                _balance = balance;
            }
        }
    }
}

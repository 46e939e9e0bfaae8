"""Django's PostgreSQL backend that notices a server which takes connections and answers nothing."""
